package dev.unroll.app.bench;

import dev.unroll.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Measures workloads in turns, several times, with the roofs in between: a temporary slowdown of
/// the machine affects all of them, and the roofs as well.
final class Turns {
  private static final int PASSES = 3;
  private static final double PEAK_SECONDS = 0.02;
  private static final double READ_SECONDS = 0.01;

  /// A short measurement need not be warmer than this.
  static final double QUIET_SECONDS = 0.5;

  /// The duration of a sample, which is one or more calls.
  private static final double SAMPLE_SECONDS = 200e-6;

  /// The share of the maximum memory that workloads may take at the same time.
  private static final double SHARE_OF_MEMORY = 0.25;

  private final Engine engine;
  private final Roofline roofline;
  private final double seconds;
  private final BooleanSupplier stop;

  /// @param seconds for which each workload is timed, after the compiler has settled
  /// @param stop called between calls; true ends everything
  Turns(Engine engine, Roofline roofline, double seconds, BooleanSupplier stop) {
    this.engine = engine;
    this.roofline = roofline;
    this.seconds = seconds;
    this.stop = stop;
  }

  /// Measures all, in groups that fit into memory, and passes on each group when it is done; after
  /// a stop those measured so far.
  public void measure(List<Workload> workloads, Consumer<Measurement> to) {
    var turn = new ArrayList<Candidate>();
    long bytes = 0;
    long most = (long) (SHARE_OF_MEMORY * Runtime.getRuntime().maxMemory());
    for (var workload : workloads) {
      if (stop.getAsBoolean()) {
        break;
      }
      var candidate = new Candidate(workload);
      turn.add(candidate);
      bytes += candidate.run.bytes();
      if (bytes > most) {
        measureTogether(turn).forEach(to);
        turn.clear();
        bytes = 0;
      }
    }
    measureTogether(turn).forEach(to);
  }

  private List<Measurement> measureTogether(List<Candidate> candidates) {
    var peaks = new ArrayList<Double>();
    var bandwidths = new TreeMap<Long, List<Double>>();
    for (int pass = 0; pass < PASSES && !stop.getAsBoolean(); pass++) {
      peaks.add(roofline.peak(PEAK_SECONDS));
      for (var candidate : candidates) {
        for (var group : candidate.cost.products()) {
          var measured = bandwidths.computeIfAbsent(group.workingSet(), _ -> new ArrayList<>());
          if (measured.size() == pass) {
            measured.add(roofline.bandwidth(group.workingSet(), READ_SECONDS));
          }
        }
        candidate.sample();
      }
    }
    return candidates.stream().filter(c -> !c.samples.isEmpty())
        .map(c -> c.measurement(median(peaks), bandwidths)).toList();
  }

  private static double median(List<Double> values) {
    return Timing.of(values, values.size()).median();
  }

  /// A workload that is warm.
  private final class Candidate {
    private final Workload workload;
    private final WorkloadCost cost;
    private final WorkloadRun run;
    private final List<Double> samples = new ArrayList<>();
    private final int callsPerSample;
    private long calls;

    Candidate(Workload workload) {
      this.workload = workload;
      cost = WorkloadCost.of(workload);
      run = WorkloadRun.of(workload, engine);
      Settling.run(run::call, Math.min(QUIET_SECONDS, 2 * seconds), stop);
      callsPerSample = (int) Math.max(1, SAMPLE_SECONDS * 1e3 / time(1));
    }

    /// Milliseconds of a call.
    private double time(int count) {
      long before = System.nanoTime();
      for (int i = 0; i < count; i++) {
        run.call();
      }
      return (System.nanoTime() - before) / 1e6 / count;
    }

    void sample() {
      long start = System.nanoTime();
      do {
        if (stop.getAsBoolean()) {
          return;
        }
        samples.add(time(callsPerSample));
        calls += callsPerSample;
      } while ((System.nanoTime() - start) / 1e9 < seconds / PASSES);
    }

    Measurement measurement(double peak, SequencedMap<Long, List<Double>> bandwidths) {
      var bound = cost.bound(peak, bytes -> bandwidth(bandwidths, bytes));
      return new Measurement(workload, cost, Timing.of(samples, calls), bound, peak,
          bound.workingSet() == 0 ? 0 : bandwidth(bandwidths, bound.workingSet()), run.bytes());
    }

    private double bandwidth(SequencedMap<Long, List<Double>> bandwidths, long bytes) {
      return median(bandwidths.getOrDefault(bytes, List.of(Double.NaN)));
    }
  }
}
