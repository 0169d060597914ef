package dev.unroll.onnx.export;

import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.run.ChainScores;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A chain over the classes of a sequence: the most probable sequence of classes, and the
/// probabilities of the classes at each step.
///
/// ```
/// a_1 = start      a_{t+1}[j] = ⊕ over i of a_t[i] + s_t[i] + A[i, j]
/// b_T = end        b_{t−1}[i] = ⊕ over j of b_t[j] + s_t[j] + A[i, j]
/// ```
///
/// With the logarithm of a sum as ⊕, `softmax(a_t + s_t + b_t)` are the probabilities; with the
/// maximum, `a_t + s_t + b_t` is the score of the best sequence that has a class at step t.
record ChainExport(GraphBuilder graph, ModelWeights weights, Ports ports, Outputs outputs,
    Steps steps) {
  /// The score of what is not allowed: its exponential is 0, and sums of some stay finite.
  private static final float NEVER = -1e30f;

  /// @param scores `[T, B, classes]`
  void of(String scores) {
    int n = outputs.targets();
    var best = through(scores, "best", true);
    var numbers = graph.constant("chain/classes",
        NdArray.of(new int[] {n}, floats(IntStream.range(0, n).toArray())));
    var isBest = graph.node("chain/is_best", "GreaterOrEqual", best,
        graph.reduced("chain/largest", "ReduceMax", best, -1, true));
    var first = graph.reduced("chain/first", "ReduceMin",
        graph.node("chain/candidates", "Where", isBest, numbers, graph.number(n)), -1, false);
    ports.output("classes", graph.cast("chain/class", first, ElementType.INT64),
        "the most probable sequence of classes" + (outputs.labels() == null ? ""
            : "; the labels are in the metadata"),
        ElementType.INT64, "time", "batch");
    ports.output("probabilities",
        graph.node("chain/softmax", "Softmax", Map.of("axis", -1L),
            through(scores, "sum", false)),
        "of each of the %d classes at its step".formatted(n), ElementType.FLOAT, "time", "batch",
        n);
  }

  private static float[] floats(int[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  /// `a_t + s_t + b_t`
  private String through(String scores, String name, boolean isMaximum) {
    int n = outputs.targets();
    var labels = outputs.labels();
    var rules = new ChainScores("output", (Loss.Chain) outputs.loss(), n,
        labels == null ? null : labels.toList(), new Parameters());
    var start = weights.values("output.start");
    var ahead = weights.values("output.transitions");
    var back = new float[n * n];
    for (int to = 0; to < n; to++) {
      start[to] = rules.isForbidden(-1, to) ? NEVER : start[to];
      for (int from = 0; from < n; from++) {
        if (rules.isForbidden(from, to)) {
          ahead[from * n + to] = NEVER;
        }
        back[to * n + from] = ahead[from * n + to];
      }
    }
    var before = scan("chain/%s/before".formatted(name), scores, start, ahead, false, isMaximum);
    var after = scan("chain/%s/after".formatted(name), scores, weights.values("output.end"), back,
        true, isMaximum);
    return graph.add("chain/" + name, graph.add("chain/%s/up_to".formatted(name), before, scores),
        after);
  }

  private String scan(String name, String scores, float[] first, float[] transitions,
      boolean backward, boolean isMaximum) {
    int n = first.length;
    var matrix = graph.constant(name + "/transitions", NdArray.of(new int[] {n, n}, transitions));
    var body = graph.inner();
    var arrived = body.input(name + "/arrived", ElementType.FLOAT, "batch", n);
    var score = body.input(name + "/score", ElementType.FLOAT, "batch", n);
    var present = steps.present();
    var pairs = body.add(name + "/pairs", body.unsqueezed(name + "/from",
        body.add(name + "/here", arrived, score), 2), matrix);
    var next = isMaximum ? body.reduced(name + "/max", "ReduceMax", pairs, 1, false)
        : logOfSum(body, name, pairs);
    if (present != null) {
      next = body.node(name + "/held", "Where",
          body.input(name + "/is_there", ElementType.BOOL, "batch", 1), next, arrived);
    }
    body.output(name + "/next", next, ElementType.FLOAT, "batch", n);
    body.output(name + "/at", arrived, ElementType.FLOAT, "batch", n);
    var inputs = new ArrayList<>(List.of(
        steps.repeated(name + "/first", graph.constant(name + "/start",
            NdArray.of(new int[] {n}, first)), n),
        scores));
    if (present != null) {
      inputs.add(present);
    }
    return graph.node(name, "Scan", ScanAttributes.of(body, name, inputs.size() - 1, backward),
        List.of("last", "steps"), inputs.toArray(String[]::new)).getLast();
  }

  private static String logOfSum(GraphBuilder body, String name, String pairs) {
    var largest = body.reduced(name + "/max", "ReduceMax", pairs, 1, true);
    var exponentials =
        body.node(name + "/exp", "Exp", body.node(name + "/below", "Sub", pairs, largest));
    return body.add(name + "/sum",
        body.node(name + "/log", "Log", body.sum(name + "/sums", exponentials, 1, false)),
        body.squeezed(name + "/largest", largest, 1));
  }
}
