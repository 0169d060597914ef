package dev.unroll.model.loss.run;

import dev.unroll.model.loss.Loss;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parameters of a [Loss.Chain], and their values as its passes read them: minus infinity where
/// a class cannot follow another one.
///
/// ```
/// transitions A [n, n], from row to column      start s [n]      end e [n]
/// ```
public final class ChainScores {
  private static final String BEGINS = "B-";
  private static final String GOES_ON = "I-";

  private final Parameters parameters;
  private final Parameters.Block transitions;
  private final Parameters.Block start;
  private final Parameters.Block end;
  private final int n;

  /// `[n + 1, n]`: whether a class cannot follow another one; in the last row, not begin.
  private final boolean[] forbidden;

  /// Adds the parameters, which begin as zeros.
  ///
  /// @param labels of the classes; null if they are not known
  /// @throws IllegalArgumentException if the classes are tags of spans, but not known
  public ChainScores(String name, Loss.Chain chain, int classes, @Nullable List<String> labels,
      Parameters parameters) {
    this.parameters = parameters;
    n = classes;
    transitions = parameters.addFloats(name + ".transitions", n, n);
    start = parameters.add(name + ".start", n, 1);
    end = parameters.add(name + ".end", n, 1);
    forbidden = new boolean[(n + 1) * n];
    if (chain.spans()) {
      if (labels == null) {
        throw new IllegalArgumentException(
            "the tags of spans are not known by name; give them to Outputs, or take Loss.chain()");
      }
      forbid(labels);
    }
  }

  /// What goes on must have begun; a type that never begins may go on from the start.
  private void forbid(List<String> labels) {
    for (int to = 0; to < n; to++) {
      var tag = labels.get(to);
      if (tag.startsWith(GOES_ON)) {
        var type = tag.substring(GOES_ON.length());
        if (labels.contains(BEGINS + type)) {
          for (int from = 0; from < n; from++) {
            var before = labels.get(from);
            forbidden[from * n + to] = !before.equals(tag) && !before.equals(BEGINS + type);
          }
          forbidden[n * n + to] = true;
        }
      }
    }
  }

  int classes() {
    return n;
  }

  /// Whether a class cannot follow another one; it cannot begin, if that is −1.
  public boolean isForbidden(int from, int to) {
    return forbidden[(from < 0 ? n : from) * n + to];
  }

  /// The values for the passes, of which each run has its own.
  Table table() {
    return new Table();
  }

  /// Adds to the gradients of the parameters.
  void addGradients(double[] dTransitions, double[] dStart, double[] dEnd) {
    add(dTransitions, transitions.offset());
    add(dStart, start.offset());
    add(dEnd, end.offset());
  }

  private void add(double[] gradient, int offset) {
    for (int i = 0; i < gradient.length; i++) {
      parameters.gradients()[offset + i] += (float) gradient[i];
    }
  }

  /// The values in `double`; not thread-safe while it is loaded.
  final class Table {
    /// A; minus infinity where forbidden.
    final double[] scores = new double[n * n];

    /// `exp(A − shift)`, and its transpose.
    final double[] factors = new double[n * n];

    final double[] transposed = new double[n * n];
    final double[] starts = new double[n];
    final double[] ends = new double[n];

    /// The largest of A.
    double shift;

    void load() {
      float[] a = parameters.elements(transitions);
      float[] s = parameters.elements(start);
      float[] e = parameters.elements(end);
      for (int i = 0; i < n * n; i++) {
        scores[i] = forbidden[i] ? Double.NEGATIVE_INFINITY : a[i];
      }
      shift = Arrays.stream(scores).max().orElse(0);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          factors[i * n + j] = StrictMath.exp(scores[i * n + j] - shift);
          transposed[j * n + i] = factors[i * n + j];
        }
        starts[i] = forbidden[n * n + i] ? Double.NEGATIVE_INFINITY : s[i];
        ends[i] = e[i];
      }
    }
  }
}
