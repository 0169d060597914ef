package dev.unroll.train.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds members that come late, from how long this one waited for each in every step.
final class Lateness {
  private static final int RECENT = 21;

  /// Before that, steps are those of a JVM that has just begun.
  private static final int LEAST = 5;
  private static final double SECONDS = 1;
  private static final double TIMES = 2;

  private final double[] recent = new double[RECENT];
  private int steps;

  /// How many more steps a member has to be in time until it is told of again.
  private final int[] quiet;

  Lateness(int members) {
    quiet = new int[members];
  }

  /// Ends a step.
  ///
  /// @param seconds that it took
  /// @param late how late each member came, in seconds
  /// @return those to be told
  List<Straggler> step(double seconds, double[] late) {
    double usual = median();
    var found = new ArrayList<Straggler>();
    for (int member = 0; member < late.length; member++) {
      if (steps >= LEAST && late[member] > SECONDS && late[member] > TIMES * usual) {
        if (quiet[member] == 0) {
          found.add(new Straggler(member, late[member], usual));
        }
        quiet[member] = RECENT;
      } else if (quiet[member] > 0) {
        quiet[member]--;
      }
    }
    recent[steps % RECENT] = seconds;
    steps++;
    return found;
  }

  private double median() {
    var sorted = Arrays.copyOf(recent, Math.min(steps, RECENT));
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
