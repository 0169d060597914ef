package dev.unroll.app.studio.learn;

import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The masks of the two kinds of dropout over time: a new one at each step between layers, and the
/// same one at all steps inside the recurrence.
public final class DropoutMasks {
  private static final int UNITS = 16;
  private static final int STEPS = 40;

  private DropoutMasks() {}

  /// The masks, units by steps, 1 for a unit that is seen; and how many units were seen at all of
  /// the steps up to each one, as would count if the mask lay between time steps.
  ///
  /// @param p the probability that a unit is dropped
  /// @throws IllegalArgumentException if it is none
  public static SequencedMap<String, Object> of(double p, long seed) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "the probability is %s, expected one from 0 to below 1".formatted(p));
    }
    var fields = new LinkedHashMap<String, Object>();
    var random = CounterRandom.of(seed).stream("masks");
    put(fields, "between", random, p, false);
    put(fields, "variational", random, p, true);
    return fields;
  }

  private static void put(SequencedMap<String, Object> fields, String name, CounterRandom random,
      double p, boolean same) {
    var mask = new ArrayList<List<Object>>();
    var seen = new boolean[UNITS];
    Arrays.fill(seen, true);
    var survivors = new ArrayList<Object>();
    for (int t = 0; t < STEPS; t++) {
      var column = new ArrayList<Object>();
      int left = 0;
      for (int unit = 0; unit < UNITS; unit++) {
        boolean on = random.uniform(same ? 0 : t, unit) >= p;
        column.add(on ? 1 : 0);
        seen[unit] &= on;
        left += seen[unit] ? 1 : 0;
      }
      mask.add(column);
      survivors.add(left);
    }
    fields.put(name, mask);
    fields.put(name + "Seen", survivors);
  }
}
