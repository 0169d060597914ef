package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.bytecode.Origin;
import dev.unroll.kernel.plan.Pass;
import dev.unroll.kernel.plan.Stage;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The stages of a pass, bound to memory and kernels.
record BoundPass(List<StageRunner> once, List<StageRunner> before, List<StageRunner> loop,
    List<StageRunner> after) {

  static BoundPass of(Pass pass, Origin origin, Memory memory, Dimensions sizes, Weights weights,
      float[] values, Kernels kernels) {
    Function<Stage, StageRunner> bind = stage -> switch (stage) {
      case Stage.Rows rows ->
          Elementwise.of(rows, origin, memory, sizes, weights, values, kernels);
      case Stage.Multiply multiply when multiply.stack().heads() > 1 ->
          new HeadProducts(multiply, memory, kernels, weights);
      case Stage.Multiply multiply -> new Product(multiply, memory, kernels, weights);
    };
    return new BoundPass(pass.once().stream().map(bind).toList(),
        pass.before().stream().map(bind).toList(),
        pass.loop().stream().map(bind).toList(), pass.after().stream().map(bind).toList());
  }

  List<StageRunner> stages() {
    return Stream.of(once, before, loop, after).flatMap(List::stream).toList();
  }

  List<WeightedStage> products() {
    return stages().stream().filter(WeightedStage.class::isInstance).map(WeightedStage.class::cast)
        .toList();
  }
}
