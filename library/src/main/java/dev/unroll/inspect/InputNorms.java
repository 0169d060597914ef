package dev.unroll.inspect;

import dev.unroll.inspect.Microscope.Answer;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.probe.Probes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The norms of the gradient of the first layer's input, of both directions together if it has two.
final class InputNorms implements Microscope.Reading {
  private final List<double[]> norms = new ArrayList<>();

  @Override
  public void take(List<Answer> answers, Probes probes, int batch, double scale) {
    var all = probes.all();
    var first = all.getFirst();
    boolean both = all.size() > 1 && !first.reversed() && all.get(1).reversed();
    for (int b = 0; b < answers.size(); b++) {
      var row = new double[first.steps()];
      for (int s = 0; s < row.length; s++) {
        row[s] = scale * norm(first, both ? all.get(1) : null, s, b);
      }
      norms.add(row);
    }
  }

  private static double norm(Probe ahead, @Nullable Probe back, int s, int b) {
    var dx = ahead.inputGradient();
    int n = dx.columns();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = dx.array()[dx.offset() + (s * ahead.batch() + b) * n + i];
      if (back != null) {
        var other = back.inputGradient();
        int t = back.steps() - 1 - s;
        d += other.array()[other.offset() + (t * back.batch() + b) * n + i];
      }
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  double[][] norms() {
    return norms.toArray(double[][]::new);
  }
}
