package dev.unroll.kernel;

import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The buffers of a plan for given sizes: an array each, made once. The buffers that the caller gives
/// (`x` and the gradient of the output) are attached before a pass.
final class Memory {
  private final Dimensions sizes;
  private final int batch;
  private final Map<Buffer, Integer> numbers = new HashMap<>();
  private final float[][] arrays;
  private final int[] starts;
  private final int[] widths;

  Memory(Plan plan, Dimensions sizes, int time, int batch) {
    this(plan.buffers(), given(plan), sizes, time, batch);
  }

  /// @param given the buffers that will be attached
  Memory(List<Buffer> buffers, List<Buffer> given, Dimensions sizes, int time, int batch) {
    this.sizes = sizes;
    this.batch = batch;
    int count = buffers.size();
    arrays = new float[count][];
    starts = new int[count];
    widths = new int[count];
    for (var buffer : buffers) {
      int number = numbers.size();
      numbers.put(buffer, number);
      widths[number] = buffer.columns().stream().mapToInt(sizes::of).sum();
      arrays[number] =
          new float[given.contains(buffer) ? 0 : length(buffer, widths[number], time)];
    }
  }

  private static List<Buffer> given(Plan plan) {
    var gradient = plan.gradient();
    return gradient == null
        ? List.of(plan.input())
        : List.of(plan.input(), gradient.arriving());
  }

  static double bytes(Plan plan, Dimensions sizes, int time, int batch) {
    var given = given(plan);
    return plan.buffers().stream().filter(b -> !given.contains(b))
        .mapToDouble(b -> (double) Float.BYTES * rows(b, time, batch)
            * b.columns().stream().mapToDouble(sizes::of).sum())
        .sum();
  }

  private static long rows(Buffer buffer, int time, int batch) {
    return switch (buffer.span()) {
      case STEPS -> (long) time * batch;
      case STATES -> (time + 1L) * batch;
      case SAMPLES, MASK -> batch;
    };
  }

  private int length(Buffer buffer, int width, int time) {
    long rows = rows(buffer, time, batch);
    if (rows * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          ("Buffer %s needs %d floats for T = %d and B = %d, more than an array holds; use fewer "
              + "steps or a smaller batch").formatted(buffer, rows * width, time, batch));
    }
    return (int) (rows * width);
  }

  void attach(Buffer buffer, Rows rows) {
    attach(number(buffer), rows);
  }

  void attach(int number, Rows rows) {
    if (rows.columns() != widths[number]) {
      throw new IllegalArgumentException("%d columns were given, expected %d"
          .formatted(rows.columns(), widths[number]));
    }
    arrays[number] = rows.array();
    starts[number] = rows.offset();
  }

  float[] array(int number) {
    return arrays[number];
  }

  int start(int number) {
    return starts[number];
  }

  int number(Buffer buffer) {
    var number = numbers.get(buffer);
    if (number == null) {
      throw new IllegalArgumentException("the plan has no buffer " + buffer);
    }
    return number;
  }

  Dimensions sizes() {
    return sizes;
  }

  /// The floats of a row of the buffer.
  int width(Buffer buffer) {
    return widths[number(buffer)];
  }

  Location locate(Place place) {
    var buffer = place.buffer();
    int width = width(buffer);
    int column = 0;
    for (int i = 0; i < place.column(); i++) {
      column += sizes.of(buffer.columns().get(i));
    }
    int stepStride = switch (buffer.span()) {
      case STEPS, STATES -> batch * width;
      case SAMPLES, MASK -> 0;
    };
    return new Location(
        this, number(buffer), column + place.shift() * batch * width, stepStride, width);
  }

  /// The bytes that all buffers take.
  long bytes() {
    return List.of(arrays).stream().mapToLong(a -> 4L * a.length).sum();
  }
}
