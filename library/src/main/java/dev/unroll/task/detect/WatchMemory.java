package dev.unroll.task.detect;

import dev.unroll.layer.stepping.State;
import dev.unroll.task.window.ExactFloats;
import java.util.ArrayList;
import java.util.List;

/// Where in an array of floats lies what a watch remembers of a series.
///
/// @param values the last L values, scaled, as a ring
/// @param due forecasts that are due in 1 … d steps, as a ring
/// @param errors the last errors, as a ring
/// @param numbers the places of single numbers
record WatchMemory(int lookBack, int lead, int memory, int values, int due, int errors,
    int numbers) {
  /// [ExactFloats], by their place after `numbers`.
  static final int STEPS = 0;
  static final int COUNT = 3;
  static final int POSITION = 6;
  static final int FIRST = 9;
  static final int LAST = 12;
  static final int DISTANCE = 15;
  static final int VALUE = 18;

  /// Numbers of one float.
  static final int STARTED = 21;
  static final int JUDGED = 22;
  static final int REMEMBERED = 23;
  static final int REPLACED_VALUE = 24;
  static final int REPLACED_FORECAST = 25;
  static final int FORGOTTEN = 26;
  static final int EXPECTED = 27;
  private static final int SIZE = 28;

  static WatchMemory of(DetectorTask task) {
    int due = task.lookBack();
    int errors = due + task.lead();
    return new WatchMemory(task.lookBack(), task.lead(), task.memory(), 0, due, errors,
        errors + task.memory());
  }

  /// The number of floats.
  int size() {
    return numbers + SIZE;
  }

  /// The layout of what is remembered.
  ///
  /// @param definition what the detector is
  State.Layout layout(String definition) {
    var parts = new ArrayList<State.Layout.Part>();
    parts.add(new State.Layout.Part("values", values, lookBack));
    parts.add(new State.Layout.Part("forecasts", due, lead));
    parts.add(new State.Layout.Part("errors", errors, memory));
    parts.add(new State.Layout.Part("counters", numbers, SIZE));
    return State.Layout.of(definition, List.copyOf(parts));
  }

  float get(float[] m, int place) {
    return m[numbers + place];
  }

  void set(float[] m, int place, float value) {
    m[numbers + place] = value;
  }

  boolean is(float[] m, int place) {
    return m[numbers + place] != 0;
  }

  void set(float[] m, int place, boolean value) {
    m[numbers + place] = value ? 1 : 0;
  }

  long number(float[] m, int place) {
    return ExactFloats.get(m, numbers + place);
  }

  void number(float[] m, int place, long value) {
    ExactFloats.set(m, numbers + place, value);
  }

  double real(float[] m, int place) {
    return ExactFloats.getDouble(m, numbers + place);
  }

  void real(float[] m, int place, double value) {
    ExactFloats.setDouble(m, numbers + place, value);
  }

  /// The place of step n in a ring.
  static int ring(long steps, int size) {
    return (int) Math.floorMod(steps, (long) size);
  }
}
