package dev.unroll.onnx.export;

import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.run.ChainScores;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;

/// A chain over the classes of a sequence: the scores of the classes at each step, and those of
/// neighbours, the first and the last class, of which the best sequence is found outside.
record ChainExport(GraphBuilder graph, ModelWeights weights, Ports ports, Outputs outputs) {

  /// @param y the scores of each step
  void of(String y, String... leading) {
    int n = outputs.targets();
    ports.output("scores", y,
        "of each of the %d classes at its step%s; the best sequence of classes has the largest"
            .formatted(n, outputs.labels() == null ? "" : " (the labels are in the metadata)")
            + " start + Σ scores + Σ transitions + end",
        ElementType.FLOAT, leading[0], leading[1], n);
    var labels = outputs.labels();
    var rules = new ChainScores("output", (Loss.Chain) outputs.loss(), n,
        labels == null ? null : labels.toList(), new Parameters());
    var transitions = weights.values("output.transitions");
    var start = weights.values("output.start");
    for (int to = 0; to < n; to++) {
      start[to] = rules.isForbidden(-1, to) ? Float.NEGATIVE_INFINITY : start[to];
      for (int from = 0; from < n; from++) {
        if (rules.isForbidden(from, to)) {
          transitions[from * n + to] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    var forbidden = "; −∞ where it is not allowed";
    put("transitions", "the score of each class (row) before each other one" + forbidden,
        transitions, n, n);
    put("start", "the score of each class at the first step" + forbidden, start, n);
    put("end", "the score of each class at the last step", weights.values("output.end"), n);
  }

  private void put(String name, String meaning, float[] values, int... shape) {
    ports.output(name, graph.constant("output." + name, NdArray.of(shape, values)), meaning,
        ElementType.FLOAT, Arrays.stream(shape).boxed().toArray());
  }
}
