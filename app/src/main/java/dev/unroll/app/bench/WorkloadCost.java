package dev.unroll.app.bench;

import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Pass;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.StackedMatrices;
import dev.unroll.kernel.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/// The minimum cost of a call, from its plan: the matrix products, and the weights that they read.
///
/// @param flops two for each multiply-add of the products; a training step counts three times its
///     forward pass
/// @param weights the bytes of all matrices
/// @param products the products of a call
record WorkloadCost(double flops, long weights, List<Products> products) {

  /// A group of products.
  ///
  /// @param flops their floating-point operations
  /// @param bytes the bytes of weights that they read; those of a time loop count once for each
  ///     step
  /// @param workingSet the bytes that are read repeatedly, which determine the cache they fit in
  record Products(double flops, double bytes, long workingSet) {}

  /// The least time of a call.
  ///
  /// @param seconds all of it
  /// @param reading the part of it that is bound by reading weights
  /// @param workingSet the bytes that are read repeatedly in that part
  record Bound(double seconds, double reading, long workingSet) {
    boolean isReading() {
      return reading > seconds / 2;
    }
  }

  public static WorkloadCost of(Workload workload) {
    return new Counting(workload).cost();
  }

  /// The least time at these roofs: for each group of products that of its arithmetic or that of
  /// reading its weights, whichever is longer.
  ///
  /// @param peak floating-point operations a second
  /// @param bandwidth bytes a second, by the bytes that are read repeatedly
  Bound bound(double peak, LongToDoubleFunction bandwidth) {
    double seconds = 0;
    double reading = 0;
    double longest = 0;
    long workingSet = 0;
    for (var group : products) {
      double computed = group.flops / peak;
      double read = group.bytes / bandwidth.applyAsDouble(group.workingSet);
      seconds += Math.max(computed, read);
      if (read > computed) {
        reading += read;
        workingSet = read > longest ? group.workingSet : workingSet;
        longest = Math.max(longest, read);
      }
    }
    return new Bound(seconds, reading, workingSet);
  }

  private static final class Counting {
    /// The columns of a matrix that multiply one vector.
    private record Block(Size rows, Size columns, int heads) {}

    private final Workload workload;
    private final Map<String, Block> blocks = new HashMap<>();
    private final List<Products> products = new ArrayList<>();
    private final double samples;
    private final long weights;
    private double forward;

    Counting(Workload workload) {
      this.workload = workload;
      var parameters = workload.plan().parameters();
      for (var parameter : parameters) {
        for (int i = 0; i < parameter.blocks().size(); i++) {
          blocks.put(parameter.blocks().get(i),
              new Block(parameter.rows(), parameter.columns().get(i), parameter.heads()));
        }
      }
      samples = (double) workload.shape().batch() * workload.shape().time();
      long all = 0;
      for (int layer = 0; layer < workload.shape().layers(); layer++) {
        var sizes = workload.sizes(layer);
        all += parameters.stream().filter(p -> !p.isVector())
            .mapToLong(p -> (long) sizes.of(p.rows()) * p.stored(sizes)).sum();
      }
      weights = all * workload.weights().bytes();
    }

    WorkloadCost cost() {
      var plan = workload.plan();
      for (int layer = 0; layer < workload.shape().layers(); layer++) {
        var sizes = workload.sizes(layer);
        forward += add(plan.forward(), sizes);
        var gradient = plan.gradient();
        if (gradient != null) {
          add(gradient.backward(), sizes);
          add(gradient, sizes);
        }
      }
      return new WorkloadCost(workload.trains() ? 3 * forward : forward, weights, products);
    }

    private double add(Pass pass, Dimensions sizes) {
      int steps = workload.shape().time();
      long loop = elements(pass.loop(), sizes);
      long once = elements(pass.before(), sizes) + elements(pass.after(), sizes);
      add(once, 1, weights);
      // A single step is one of many calls: between two of them all weights pass.
      add(loop, steps, steps == 1 ? weights : loop * workload.weights().bytes());
      return 2 * samples * (once + loop);
    }

    private void add(Plan.Gradient gradient, Dimensions sizes) {
      for (var matrix : gradient.matrices()) {
        add(elements(matrix.stack(), sizes), 1, weights);
      }
    }

    private void add(long elements, int times, long workingSet) {
      if (elements > 0) {
        products.add(new Products(2 * samples * elements,
            (double) times * elements * workload.weights().bytes(),
            workingSet));
      }
    }

    private long elements(List<Stage> stages, Dimensions sizes) {
      long elements = 0;
      for (var stage : stages) {
        if (stage instanceof Stage.Multiply multiply) {
          elements += elements(multiply.stack(), sizes);
        }
      }
      return elements;
    }

    private long elements(StackedMatrices stack, Dimensions sizes) {
      return stack.matrices().stream().map(this::block)
          .mapToLong(b -> (long) sizes.of(b.rows) * (sizes.of(b.columns) / b.heads)).sum();
    }

    private Block block(String name) {
      var block = blocks.get(name);
      if (block == null) {
        throw new IllegalArgumentException("the plan has no matrix " + name);
      }
      return block;
    }
  }
}
