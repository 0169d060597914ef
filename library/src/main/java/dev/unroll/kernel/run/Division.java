package dev.unroll.kernel.run;

import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Stage;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How the threads of a team divide the time loop of a pass.
///
/// @param way how the work is divided
/// @param units the hidden units that are divided, in [Way#UNITS]
/// @param grain the divisor of the boundaries between their shares
/// @param meetings the stages before which the threads synchronize
record Division(Way way, int units, int grain, BitSet meetings) {

  /// The ways of dividing the work.
  enum Way {
    /// One thread does all the work: the steps are too short to be divided.
    ALONE,
    /// Each thread takes its own samples through all steps. No thread waits, but each thread reads
    /// all weights, and products of few rows are slow.
    SAMPLES,
    /// Each thread computes its own hidden units of all samples, with its own share of the weights,
    /// which stays in its cache; the threads synchronize where a product needs all units.
    UNITS,
    /// Like `UNITS`, for cells whose units cannot be separated (sums over a row, products of
    /// several sizes): products are divided by columns and the rest by samples; the threads
    /// synchronize after each.
    STAGES
  }

  /// The cost of a synchronization, in multiply-adds of one thread at full speed: about a
  /// microsecond between the cores of a virtual machine.
  private static final double MEETING = 40_000;

  /// The cost of reading a cache line of 16 numbers that another core has just written: about 0.1
  /// µs.
  private static final double LINE = 4_000;

  /// Below this many multiply-adds a step and thread it does not pay to divide a step.
  private static final double WORTH_MEETING = 60_000;

  /// The number of samples up to which one thread is faster than sharing the work.
  private static final int FEW_SAMPLES = 32;

  /// The cost of giving the team a task: the others may have to be woken.
  private static final double TASK = 2_000_000;

  /// Overrides the choice, for tests and measurements: the name of a way in lower case. If units
  /// cannot be divided, stages are.
  static final String PROPERTY = "unroll.division";

  /// Whether the caller does it alone for the first `samples` of the batch that it was chosen for.
  boolean isAlone(int samples, int batch) {
    return way == Way.ALONE
        || way == Way.SAMPLES && samples < batch && samples < FEW_SAMPLES;
  }

  /// Whether several threads work on the same samples of a step.
  boolean splitsSteps() {
    return way == Way.UNITS || way == Way.STAGES;
  }

  boolean meetsBefore(int stage) {
    return meetings.get(stage);
  }

  /// The best way for these stages.
  ///
  /// @param time the largest number of steps
  static Division of(List<Stage> stages, List<StageRunner> runners, int time, int batch,
      int threads) {
    int units = runners.stream().mapToInt(StageRunner::units).min().orElse(0);
    int grain = runners.stream().mapToInt(StageRunner::grain).max().orElse(1);
    boolean byUnits = units > 0 && runners.stream().allMatch(r -> r.units() == units);
    int heads = byUnits ? heads(stages) : 1;
    var byHeads = byUnits && heads >= threads && units / heads % grain == 0
        ? new Division(Way.UNITS, units, units / heads, new BitSet())
        : null;
    var together = byUnits ? new Division(Way.UNITS, units, grain, meetings(stages))
        : new Division(Way.STAGES, units, grain, everywhere(stages));
    var wanted = System.getProperty(PROPERTY);
    if (wanted != null) {
      return switch (Way.valueOf(wanted.toUpperCase(Locale.ROOT))) {
        case UNITS -> byHeads != null ? byHeads : together;
        case STAGES -> new Division(Way.STAGES, units, grain, everywhere(stages));
        case ALONE -> new Division(Way.ALONE, units, grain, together.meetings);
        case SAMPLES -> new Division(Way.SAMPLES, units, grain, together.meetings);
      };
    }
    if (threads == 1) {
      return new Division(Way.ALONE, 0, 1, new BitSet());
    }
    var costs = Costs.of(runners, time, batch, threads);
    return costs.work == 0 && !runners.isEmpty()
        ? withoutProducts(costs.elements, batch, threads, byUnits ? units : 0, grain)
        : cheapest(costs, together, byHeads, heads);
  }

  /// What a loop costs a step, in multiply-adds of one thread at full speed.
  ///
  /// @param work the multiply-adds
  /// @param elements of all stages and steps
  /// @param alone by one thread
  /// @param bySamples each thread with its own
  /// @param task what it costs to give the team a task
  /// @param exchange what it costs that threads read each other's results
  private record Costs(int threads, long work, double elements, double alone, double bySamples,
      double task, double exchange) {
    static Costs of(List<StageRunner> runners, int time, int batch, int threads) {
      long work = runners.stream()
          .mapToLong(r -> r.isProduct() ? r.work() : 0).sum() * batch;
      int share = (batch + threads - 1) / threads;
      double task = TASK / time;
      double alone = work / speed(batch);
      int result = runners.stream().mapToInt(StageRunner::units).max().orElse(0);
      return new Costs(threads, work,
          runners.stream().mapToLong(StageRunner::work).sum() * (double) batch * time, alone,
          task + alone * speed(batch) / batch * share / speed(share), task,
          LINE * batch * result / 16 * (threads - 1) / threads);
    }

    /// Threads that meet so often in a step.
    double together(int meetings) {
      return task + alone / threads + (MEETING + exchange) * meetings;
    }

    /// Threads that take whole heads and never meet.
    double byHeads(int heads) {
      int most = (heads + threads - 1) / threads;
      return task + alone * most / heads;
    }
  }

  /// The cheapest way for several threads.
  ///
  /// @param together by units or stages
  /// @param byHeads by whole heads; null if there are too few, or they cannot be divided
  private static Division cheapest(Costs costs, Division together, @Nullable Division byHeads,
      int heads) {
    double meeting = costs.together(together.meetings.cardinality());
    boolean worthMeeting = costs.work / (double) costs.threads >= WORTH_MEETING
        && (together.way == Way.STAGES || together.units >= costs.threads * together.grain);
    double apart = byHeads == null ? Double.POSITIVE_INFINITY : costs.byHeads(heads);
    if (byHeads != null && apart < Math.min(costs.alone, costs.bySamples)
        && (!worthMeeting || apart < meeting)) {
      return byHeads;
    }
    if (costs.alone <= costs.bySamples && (!worthMeeting || costs.alone <= meeting)) {
      return new Division(Way.ALONE, 0, 1, new BitSet());
    }
    return !worthMeeting || costs.bySamples <= meeting
        ? new Division(Way.SAMPLES, 0, 1, new BitSet())
        : together;
  }

  /// The number of heads that all products of a loop have; 1 if they differ. Units of different
  /// heads never meet, so threads that take whole heads have nothing to wait for.
  private static int heads(List<Stage> stages) {
    var all = stages.stream().filter(Stage.Multiply.class::isInstance)
        .map(stage -> ((Stage.Multiply) stage).stack().heads()).distinct().toList();
    return all.size() == 1 ? all.getFirst() : 1;
  }

  /// Loops without a product: no thread needs what another one computes, so each takes its own
  /// samples, or where these do not divide well its own units, through all steps without a meeting.
  ///
  /// @param elements the cost of all steps
  /// @param units 0 if they cannot be divided
  private static Division withoutProducts(double elements, int batch, int threads, int units,
      int grain) {
    boolean divides = units >= threads * grain;
    if (elements < TASK || batch == 1 && !divides) {
      return new Division(Way.ALONE, 0, 1, new BitSet());
    }
    int most = (batch + threads - 1) / threads;
    boolean even = most * threads <= batch + batch / 8;
    return even || !divides ? new Division(Way.SAMPLES, 0, 1, new BitSet())
        : new Division(Way.UNITS, units, grain, new BitSet());
  }

  /// Whether no thread waits for another one within a pass.
  boolean isFree() {
    return meetings.isEmpty();
  }

  /// The share of full speed that a product of this many rows reaches, as measured
  /// (`docs/performance.md`): few rows are bound by reading the weights.
  private static double speed(int rows) {
    return rows >= 16 ? 1 : rows >= 8 ? 0.8 : rows >= 4 ? 0.65 : rows >= 2 ? 0.45 : 0.3;
  }

  /// The stages before which threads must synchronize: each thread reads its own results, except
  /// for the operands of products. The end of a step meets the beginning of the next one, so the
  /// stages are traversed twice.
  private static BitSet meetings(List<Stage> stages) {
    var meetings = new BitSet();
    var written = new HashSet<Buffer>();
    var multiplied = new HashSet<Buffer>();
    for (int i = 0; i < 2 * stages.size(); i++) {
      int s = i % stages.size();
      boolean needsAll = stages.get(s) instanceof Stage.Multiply m
          && written.contains(m.operand().buffer());
      // What another thread may still be multiplying must not be overwritten.
      boolean disturbs = results(stages.get(s)).stream()
          .anyMatch(b -> b.span() == Buffer.Span.SAMPLES && multiplied.contains(b));
      if (needsAll || disturbs) {
        meetings.set(s);
        written.clear();
        multiplied.clear();
      }
      written.addAll(results(stages.get(s)));
      if (stages.get(s) instanceof Stage.Multiply m) {
        multiplied.add(m.operand().buffer());
      }
    }
    return meetings;
  }

  @Override
  public String toString() {
    return switch (way) {
      case ALONE -> "alone";
      case SAMPLES -> "by samples";
      case UNITS -> "by units";
      case STAGES -> "by stages";
    };
  }

  private static List<Buffer> results(Stage stage) {
    return switch (stage) {
      case Stage.Multiply m -> List.of(m.result().buffer());
      case Stage.Rows rows -> rows.results();
    };
  }

  private static BitSet everywhere(List<Stage> stages) {
    var meetings = new BitSet();
    meetings.set(0, stages.size());
    return meetings;
  }
}
