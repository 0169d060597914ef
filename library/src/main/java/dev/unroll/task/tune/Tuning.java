package dev.unroll.task.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A search for the best of many candidates by successive halving (Jamieson and Talwalkar 2016,
/// arXiv 1502.07943; a bracket of Hyperband, Li et al. 2018, arXiv 1603.06560): all are tried with
/// a small budget, a third of them, those with the best figures, with three times as much, and so
/// on until the last ones have the whole budget.
///
/// ```
/// b_r = E / 3^(R − 1 − r)        n_(r+1) = ⌈n_r / 3⌉        R = 1 + ⌊log₃ n_0⌋, at most 3
/// ```
///
/// The first candidate, the defaults, goes on to the end in any case: the one that is found has at
/// least its figure.
///
/// An immutable value that knows neither models nor files. Its [#waiting] jobs do not depend on
/// each other and may be done anywhere, in any order:
///
/// ```java
/// var tuning = Tuning.of(space.draw(seed, 27), epochs);
/// while (!tuning.finished()) {
///   for (var job : tuning.waiting()) {
///     tuning = tuning.with(job.trial(), accuracy(job.candidate(), job.budget()));
///   }
/// }
/// tuning.best();
/// ```
///
/// @param <S> a candidate
public final class Tuning<S> {
  private static final int FACTOR = 3;
  private static final int MOST_RUNGS = 3;

  private final List<S> candidates;
  private final int[] budgets;

  /// For each rung that has begun its trials, ascending, and their figures.
  private final List<Rung> rungs;

  /// @param merits by trial; null where there is none yet
  private record Rung(List<Integer> trials, Double[] merits) {
    boolean done() {
      return trials.stream().allMatch(trial -> merits[trial] != null);
    }

    /// Those that did not fail, the best first; of equal ones the earlier one.
    List<Integer> ranked() {
      return trials.stream().filter(trial -> merits[trial] != null && !merits[trial].isNaN())
          .sorted(Comparator.comparingDouble((Integer trial) -> -merits[trial])
              .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  /// A trial that is to be made.
  ///
  /// @param trial the index of the candidate
  /// @param rung from 0
  /// @param budget how much it may spend in all, what it has spent on earlier rungs included: it
  ///     goes on where it ended there
  public record Job<S>(int trial, S candidate, int rung, int budget) {}

  private Tuning(List<S> candidates, int[] budgets, List<Rung> rungs) {
    this.candidates = candidates;
    this.budgets = budgets;
    this.rungs = rungs;
  }

  /// A search that has not begun.
  ///
  /// @param candidates the first one is that of the defaults
  /// @param budget the whole budget of a trial, such as its epochs
  /// @throws IllegalArgumentException if there is no candidate or no budget
  public static <S> Tuning<S> of(List<S> candidates, int budget) {
    if (candidates.isEmpty() || budget < 1) {
      throw new IllegalArgumentException(
          "%d candidates with a budget of %d, expected at least 1 of each"
              .formatted(candidates.size(), budget));
    }
    int rungs = 1;
    for (int left = candidates.size(); left >= FACTOR && rungs < MOST_RUNGS; left /= FACTOR) {
      rungs++;
    }
    int[] budgets = new int[rungs];
    int share = 1;
    for (int r = rungs - 1; r >= 0; r--) {
      budgets[r] = Math.max(1, (int) Math.round((double) budget / share));
      share *= FACTOR;
    }
    return new Tuning<S>(List.copyOf(candidates), IntStream.of(budgets).distinct().toArray(),
        List.of()).begin(IntStream.range(0, candidates.size()).boxed().toList());
  }

  private Tuning<S> begin(List<Integer> trials) {
    var next = new ArrayList<>(rungs);
    next.add(new Rung(trials, new Double[candidates.size()]));
    return new Tuning<>(candidates, budgets, List.copyOf(next));
  }

  /// The candidates.
  public List<S> candidates() {
    return candidates;
  }

  /// The budget of each rung, ascending.
  public List<Integer> budgets() {
    return IntStream.of(budgets).boxed().toList();
  }

  /// The trials that are to be made now, in order; empty when all are.
  public List<Job<S>> waiting() {
    int r = rungs.size() - 1;
    var rung = rungs.getLast();
    return rung.trials.stream().filter(trial -> rung.merits[trial] == null)
        .map(trial -> new Job<>(trial, candidates.get(trial), r, budgets[r])).toList();
  }

  /// The search after a trial of the current rung was made.
  ///
  /// @param merit its figure, larger is better; NaN if it failed
  /// @throws IllegalArgumentException if it does not wait for this trial
  public Tuning<S> with(int trial, double merit) {
    if (waiting().stream().noneMatch(job -> job.trial() == trial)) {
      throw new IllegalArgumentException("trial %d is not among those that wait: %s"
          .formatted(trial, waiting().stream().map(Job::trial).toList()));
    }
    var last = rungs.getLast();
    var merits = last.merits.clone();
    merits[trial] = merit;
    var next = new ArrayList<>(rungs);
    next.set(rungs.size() - 1, new Rung(last.trials, merits));
    var after = new Tuning<S>(candidates, budgets, List.copyOf(next));
    return next.getLast().done() && next.size() < budgets.length
        ? after.begin(promoted(next.getLast()))
        : after;
  }

  /// The best third, and the defaults.
  private static List<Integer> promoted(Rung rung) {
    var ranked = rung.ranked();
    var best = new ArrayList<>(
        ranked.subList(0, Math.min(ranked.size(), Math.ceilDiv(rung.trials.size(), FACTOR))));
    if (!best.contains(0) && ranked.contains(0)) {
      best.add(0);
    }
    return best.stream().sorted().toList();
  }

  /// Whether no trial is waiting.
  public boolean finished() {
    return waiting().isEmpty();
  }

  /// The number of the rung on which a trial was made last, or is to be made; −1 if there is none.
  public int rung(int trial) {
    for (int r = rungs.size() - 1; r >= 0; r--) {
      if (rungs.get(r).trials.contains(trial)) {
        return r;
      }
    }
    return -1;
  }

  /// Whether a trial was made on a rung, and another one follows or is to follow there.
  public boolean goesOn(int trial, int rung) {
    return rung + 1 < rungs.size() && rungs.get(rung + 1).trials.contains(trial);
  }

  /// The best trial of the last rung that has any, so far; empty if all failed.
  public OptionalInt best() {
    for (int r = rungs.size() - 1; r >= 0; r--) {
      var ranked = rungs.get(r).ranked();
      if (!ranked.isEmpty()) {
        return OptionalInt.of(ranked.getFirst());
      }
    }
    return OptionalInt.empty();
  }
}
