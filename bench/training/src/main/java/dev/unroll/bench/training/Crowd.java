package dev.unroll.bench.training;

import java.util.Locale;

/// Whether others used the processors while two processes had their turns.
///
/// @param worked the least share of the time of its turns that a process has run, all of its
///     threads together; on an idle machine at least about 1, as one of them trains all the time
/// @param waited the largest time that threads of a process waited for a processor, as a share of
///     the time of its turns
record Crowd(double worked, double waited) {
  /// A process that runs for less of the time of its turns has been kept from it.
  private static final double LEAST_WORKED = 0.9;

  /// So much waiting is more than what a system does beside.
  private static final double MOST_WAITED = 0.1;

  /// The times of some turns, in seconds.
  ///
  /// @param passed the time that has passed
  /// @param worked that threads have run
  /// @param waited that threads could have run and waited for a processor
  record Times(double passed, double worked, double waited) {
    Times plus(Times more) {
      return new Times(passed + more.passed, worked + more.worked, waited + more.waited);
    }
  }

  static Crowd of(Times one, Times other) {
    return new Crowd(Math.min(one.worked / one.passed, other.worked / other.passed),
        Math.max(one.waited / one.passed, other.waited / other.passed));
  }

  /// What a reader of the figures has to know; empty if there is nothing.
  ///
  /// @param processor whether they are times of processors
  String note(boolean processor) {
    if (processor || worked >= LEAST_WORKED && waited <= MOST_WAITED) {
      return "";
    }
    return String.format(Locale.ROOT,
        "the machine was not idle (a process worked for %.0f %% of the time of its turns, and"
            + " waited for a processor for %.0f %%): these figures mean nothing; use --processor, "
                + "or wait",
        100 * worked, 100 * waited);
  }
}
