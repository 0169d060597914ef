package dev.unroll.bench.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Measures jobs of one and two members, fits the model of their cost, and compares what it says of
/// more members with what they take; then what it says of clusters.
final class Cost {
  private static final Network NETWORK = Network.of(1000, 1);
  private static final Network SLOW = Network.of(250, 5);
  private static final double LATENCY = 0.05;
  private static final int LOCAL_STEPS = 50;

  /// So many of the jobs are what the model is fitted to.
  private static final int FITTED = 3;

  private static final List<Job> JOBS = List.of(new Job(1, Network.LOOPBACK),
      new Job(2, Network.LOOPBACK), new Job(2, NETWORK), new Job(4, Network.LOOPBACK),
      new Job(4, NETWORK), new Job(4, SLOW), new Job(8, Network.LOOPBACK), new Job(8, NETWORK));

  /// How often each of them is run; the quickest counts.
  private static final int ROUNDS = 2;

  /// A machine that computes so many times as fast as one core of this one.
  private static final double FAST = 20;

  private Cost() {}

  /// Measures.
  ///
  /// @param words the steps of each job
  public static void main(String... words) throws IOException {
    int steps = Integer.parseInt(words[0]);
    int cores = Runtime.getRuntime().availableProcessors();
    long parameters = Member.model().parameters().size();
    System.out.printf(Locale.ROOT,
        "LSTM 2 × %d, batch %d in %d shards, %d steps of time, %,d parameters (%.1f MB a gradient),"
            + " %d cores, a thread for each member; medians of %d steps, of the first three jobs"
                + " the quicker of %d.%n"
                + "%n",
        Member.HIDDEN, Member.BATCH, Member.SHARDS, Member.TIME, parameters, 4e-6 * parameters,
        cores, steps, ROUNDS);
    System.out.printf(Locale.ROOT,
        "| members | network | computes | exchanges | updates | step | predicted | off |%n");
    System.out.printf(Locale.ROOT, "| --- | --- | --- | --- | --- | --- | --- | --- |%n");
    var fitted = new ArrayList<Job.Result>();
    for (var job : JOBS.subList(0, FITTED)) {
      fitted.add(quickest(job, steps));
    }
    var model = new CostModel(fitted.get(0), fitted.get(1), fitted.get(2), NETWORK, parameters);
    for (int job = 0; job < JOBS.size(); job++) {
      row(JOBS.get(job), job < FITTED ? fitted.get(job) : JOBS.get(job).run(steps), model,
          cores);
    }
    System.out.printf(Locale.ROOT,
        "%nThe first three are what the model is fitted to. Two members with a thread each take"
            + " **%.2f** times as many steps a second as one with one thread. Of a step with two"
            + " members %.0f %% are exchange on loopback, %.0f %% on %s.%n%n",
        model.one().step() / model.two().step(),
        100 * model.two().exchange() / model.two().step(),
        100 * model.slow().exchange() / model.slow().step(), NETWORK);
    cluster(model);
  }

  private static Job.Result quickest(Job job, int steps) throws IOException {
    var quickest = job.run(steps);
    for (int round = 1; round < ROUNDS; round++) {
      var result = job.run(steps);
      quickest = result.step() < quickest.step() ? result : quickest;
    }
    return quickest;
  }

  private static void row(Job job, Job.Result result, CostModel model, int cores) {
    double predicted = model.onOneMachine(job.members(), job.network(), cores);
    System.out.printf(Locale.ROOT,
        "| %d | %s | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %+.0f %% |%n",
        job.members(), job.network(), 1e3 * result.compute(), 1e3 * result.exchange(),
        1e3 * result.update(), 1e3 * result.step(), 1e3 * predicted,
        100 * (predicted / result.step() - 1));
  }

  private static void cluster(CostModel model) {
    System.out.printf(Locale.ROOT,
        "Each machine has a batch of %d of its own; on the left one as fast as a core of this one,"
            + " on the right one %.0f times as fast.%n%n",
        Member.BATCH, FAST);
    System.out.printf(Locale.ROOT,
        "| machines | network | exchange | step | of ideal | `--sync-every %d` | step, fast |"
            + " of ideal | `--sync-every %1$d` |%n",
        LOCAL_STEPS);
    System.out.printf(Locale.ROOT, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |%n");
    for (double gigabits : new double[] {10, 100}) {
      for (int machines : new int[] {16, 64, 256, 1024}) {
        var network = Network.of(1000 * gigabits, LATENCY);
        System.out.printf(Locale.ROOT, "| %,d | %s | %.0f ms |", machines, network,
            1e3 * model.exchange(machines, network));
        for (double times : new double[] {1, FAST}) {
          double step = model.onMachines(machines, network, times, 1);
          double local = model.onMachines(machines, network, times, LOCAL_STEPS);
          System.out.printf(Locale.ROOT, " %.0f ms | %.0f %% | %.0f %% |", 1e3 * step,
              100 * model.alone(times) / step,
              100 * model.alone(times) / local);
        }
        System.out.printf(Locale.ROOT, "%n");
      }
    }
  }
}
