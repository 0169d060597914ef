package dev.unroll.kernel;

import dev.unroll.kernel.bytecode.Origin;
import dev.unroll.kernel.plan.Pass;
import dev.unroll.kernel.plan.Stage;
import java.util.List;
import java.util.stream.Stream;

/// The stages of a pass, bound to memory and kernels.
record BoundPass(List<StageRunner> before, List<StageRunner> loop, List<StageRunner> after) {

  static BoundPass of(Pass pass, Origin origin, Memory memory, Dimensions sizes, Weights weights,
      float[] values, Kernels kernels) {
    var binding = new Object() {
      List<StageRunner> bind(List<Stage> stages) {
        return stages.stream().map(stage -> switch (stage) {
          case Stage.Rows rows ->
              Elementwise.of(rows, origin, memory, sizes, weights, values, kernels);
          case Stage.Multiply multiply -> new Product(multiply, memory, kernels, weights);
        }).toList();
      }
    };
    return new BoundPass(binding.bind(pass.before()), binding.bind(pass.loop()),
        binding.bind(pass.after()));
  }

  List<StageRunner> stages() {
    return Stream.of(before, loop, after).flatMap(List::stream).toList();
  }

  List<Product> products() {
    return stages().stream().filter(Product.class::isInstance).map(Product.class::cast).toList();
  }
}
