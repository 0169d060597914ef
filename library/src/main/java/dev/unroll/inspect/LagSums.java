package dev.unroll.inspect;

import dev.unroll.inspect.Microscope.Answer;
import dev.unroll.inspect.step.StepNorms;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.probe.Probes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Sums the norms of the gradients of states by their lag before the output, and chains their means
/// ([LagProfile]).
final class LagSums implements Microscope.Reading {
  private record Key(String layer, boolean reversed, String state) {}

  /// The sums, weights and counts by lag; as long as the longest sequence so far.
  private static final class Sums {
    private double[] norms = {};

    /// One lag nearer, of the positions that have this lag.
    private double[] nearer = {};
    private double[] weights = {};
    private int[] counts = {};

    void add(int lag, double norm, double before, double weight) {
      if (lag >= norms.length) {
        norms = Arrays.copyOf(norms, Math.max(lag + 1, 2 * norms.length));
        nearer = Arrays.copyOf(nearer, norms.length);
        weights = Arrays.copyOf(weights, norms.length);
        counts = Arrays.copyOf(counts, norms.length);
      }
      norms[lag] += weight * norm;
      nearer[lag] += weight * before;
      weights[lag] += weight;
      counts[lag]++;
    }

    LagProfile profile(Key key) {
      int lags = 0;
      while (lags < counts.length && counts[lags] > 0) {
        lags++;
      }
      var chained = new double[lags];
      double scale = 1;
      for (int k = 0; k < lags; k++) {
        if (k > 0) {
          scale *= link(norms[k - 1] / weights[k - 1], nearer[k] / weights[k]);
        }
        chained[k] = scale * (norms[k] / weights[k]);
      }
      return new LagProfile(
          key.layer(), key.reversed(), key.state(), chained, Arrays.copyOf(counts, lags));
    }

    /// What the positions that have one more lag are multiplied by to go on where the mean of all
    /// is; exactly 1 if they are the same, or have nothing to be compared by.
    private static double link(double all, double those) {
      double link = all / those;
      return those > LagProfile.LEAST && Double.isFinite(link) ? link : 1;
    }
  }

  private final Subject subject;
  private final SequencedMap<Key, Sums> sums = new LinkedHashMap<>();

  LagSums(Subject subject) {
    this.subject = subject;
  }

  @Override
  public void take(List<Answer> answers, Probes probes, int batch, double scale) {
    for (var probe : probes.all()) {
      for (var state : probe.states()) {
        var into = sums.computeIfAbsent(
            new Key(probe.layer(), probe.reversed(), state), _ -> new Sums());
        var gradient = probe.gradient(state + "'");
        for (int b = 0; b < answers.size(); b++) {
          var answer = answers.get(b);
          int asked = subject.askedAt(probe, answer.example(), answer.position());
          int first = first(probe, answer);
          double before = 0;
          for (int t = asked; t >= first; t--) {
            double norm = scale * StepNorms.ofSample(gradient, t, b, batch);
            into.add(asked - t, norm, before, answer.weight());
            before = norm;
          }
        }
      }
    }
  }

  /// The first step of the sample that is not padded: in reversed time, padding comes first.
  private static int first(Probe probe, Answer answer) {
    return probe.reversed() ? probe.steps() - answer.example().input().length() : 0;
  }

  List<LagProfile> profiles() {
    var profiles = new ArrayList<LagProfile>();
    sums.forEach((key, each) -> profiles.add(each.profile(key)));
    return profiles;
  }
}
