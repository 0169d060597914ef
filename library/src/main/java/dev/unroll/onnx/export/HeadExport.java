package dev.unroll.onnx.export;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Dimensions;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.Regression;
import dev.unroll.onnx.array.ElementType;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The output layer `y = φ(V h + c)` and what users read of it: probabilities of classes and bits
/// with their logits, numbers in the units of the data.
///
/// @param table the name of the table that V is tied to; null if there is none
record HeadExport(GraphBuilder graph, ModelWeights weights, Ports ports, Outputs outputs,
    @Nullable String table) {

  /// The outputs of each row of h.
  ///
  /// @param inputs the size of a row of h
  /// @param leading the names of the axes before the last one
  /// @return y, in the units of the model
  String of(String h, int inputs, String... leading) {
    var y = dense(h, inputs);
    int size = outputs.size();
    var labels = outputs.labels() == null ? "" : "; the labels are in the metadata";
    var last = outputs.ends() ? ", the last one the end" : "";
    switch (outputs.loss()) {
      case Loss.CrossEntropy _ -> {
        ports.output("probabilities",
            graph.node("output/softmax", "Softmax", Map.of("axis", -1L), y),
            "of each of the %d classes%s%s".formatted(size, last, labels), ElementType.FLOAT,
            shape(size, leading));
        ports.output("logits", y, "the same before softmax", ElementType.FLOAT,
            shape(size, leading));
      }
      case Loss.Chain _ -> new ChainExport(graph, weights, ports, outputs).of(y, leading);
      case Loss.BinaryCrossEntropy _ -> {
        ports.output("probabilities", graph.node("output/sigmoid", "Sigmoid", y),
            "of each of the %d bits to be 1".formatted(size), ElementType.FLOAT,
            shape(size, leading));
        ports.output("logits", y, "the same before σ", ElementType.FLOAT, shape(size, leading));
      }
      case Regression regression -> numbers(regression, inverted(y), leading);
    }
    return y;
  }

  private void numbers(Regression loss, String y, String... leading) {
    int n = outputs.targets();
    var units = outputs.scaling() == null ? "" : ", in the units of the data";
    switch (loss) {
      case Regression.Gaussian _ -> {
        var parts = graph.node("output/parts", "Slice", y, graph.integers(0), graph.integers(n),
            graph.integers(-1));
        ports.output("means", parts, "the mean of each number" + units, ElementType.FLOAT,
            shape(n, leading));
        ports.output("log_variances",
            graph.node("output/variances", "Slice", y, graph.integers(n), graph.integers(2L * n),
                graph.integers(-1)),
            "the logarithm of the variance of each number" + units, ElementType.FLOAT,
            shape(n, leading));
      }
      case Regression.Quantile(var quantiles) -> ports.output("quantiles", y,
          "for each number its quantiles %s, side by side%s".formatted(quantiles, units),
          ElementType.FLOAT, shape(outputs.size(), leading));
      default -> ports.output("numbers", y, "what is predicted" + units, ElementType.FLOAT,
          shape(n, leading));
    }
  }

  private static Object[] shape(int size, String... leading) {
    var shape = Arrays.copyOf(leading, leading.length + 1, Object[].class);
    shape[leading.length] = size;
    return shape;
  }

  private String dense(String h, int inputs) {
    if (weights.block("output.V") == null) {
      var v = graph.transposed("output/tied", weights.matrix(requireNonNull(table)), 1, 0);
      var sum = graph.add("output", graph.node("output/product", "MatMul", h, v),
          weights.vector("output.c"));
      var activation = outputs.activation();
      return activation == null ? sum : Equations.apply(graph, activation, sum, "output/activated");
    }
    return DenseExport.of(graph, weights, "output", Dense.cell(outputs.activation()),
        Dimensions.of(inputs, outputs.size()), h);
  }

  /// In the units of the data, as [Loss#invert] computes it.
  private String inverted(String y) {
    var scaling = outputs.scaling();
    if (scaling == null) {
      return y;
    }
    int n = scaling.columns();
    var shift = new double[outputs.size()];
    var scale = new double[outputs.size()];
    boolean gaussian = outputs.loss() instanceof Regression.Gaussian;
    for (int i = 0; i < shift.length; i++) {
      int column = gaussian ? i % n : i / (shift.length / n);
      boolean isLog = gaussian && i >= n;
      scale[i] = isLog ? 1 : scaling.scale()[column];
      shift[i] = isLog ? 2 * Math.log(scaling.scale()[column]) : scaling.shift()[column];
    }
    var product = graph.node("output/times", "Mul",
        graph.constant("output/scale", ReaderExport.vector(scale)),
        graph.cast("output/double", y, ElementType.DOUBLE));
    return graph.cast("output/in_units", graph.add("output/plus", product,
        graph.constant("output/shift", ReaderExport.vector(shift))), ElementType.FLOAT);
  }
}
