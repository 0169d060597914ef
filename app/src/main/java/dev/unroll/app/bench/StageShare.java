package dev.unroll.app.bench;

import dev.unroll.Engine;
import dev.unroll.kernel.StageTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The share of a stage of a plan in a call; over all layers together.
///
/// @param phase when it runs: `forward, each step`
/// @param stage its description in the plan
/// @param millis of a call, the mean of the threads
/// @param share of the call
/// @param gflops of a matrix product, by all threads; 0 for other work
record StageShare(String phase, String stage, double millis, double share, double gflops) {
  private static final String REST =
      "between stages, states fetched and put back, threads that wait";

  /// Runs a workload with a clock around each stage, once the compiler has settled.
  ///
  /// @param seconds for which it is run
  /// @param stop called between calls; true ends it
  public static List<StageShare> measure(Workload workload, Engine engine, double seconds,
      BooleanSupplier stop) {
    var times = new StageTimes();
    var run = WorkloadRun.of(workload, engine.timed(times));
    Settling.run(run::call, Math.min(Turns.QUIET_SECONDS, 2 * seconds), stop);
    times.reset();
    long start = System.nanoTime();
    int calls = 0;
    do {
      run.call();
      calls++;
    } while (!stop.getAsBoolean() && (System.nanoTime() - start) / 1e9 < seconds);
    return of(times.entries(), (System.nanoTime() - start) / 1e6 / calls, calls);
  }

  private record Name(String phase, String stage) {}

  private static List<StageShare> of(List<StageTimes.Entry> entries, double total, int calls) {
    var sums = new LinkedHashMap<Name, double[]>();
    for (var entry : entries) {
      double[] sum =
          sums.computeIfAbsent(new Name(entry.phase(), entry.stage()), _ -> new double[2]);
      sum[0] += 1e3 * entry.seconds() / calls;
      sum[1] += 2 * entry.multiplyAdds() / calls;
    }
    var shares = new ArrayList<StageShare>();
    double rest = total;
    for (var sum : sums.entrySet()) {
      double millis = sum.getValue()[0];
      shares.add(new StageShare(sum.getKey().phase(), sum.getKey().stage(), millis, millis / total,
          sum.getValue()[1] / millis / 1e6));
      rest -= millis;
    }
    shares.add(new StageShare("rest", REST, rest, rest / total, 0));
    return shares;
  }
}
