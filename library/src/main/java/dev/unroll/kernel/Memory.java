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
    this.sizes = sizes;
    this.batch = batch;
    int count = plan.buffers().size();
    arrays = new float[count][];
    starts = new int[count];
    widths = new int[count];
    var gradient = plan.gradient();
    for (var buffer : plan.buffers()) {
      int number = numbers.size();
      numbers.put(buffer, number);
      widths[number] = buffer.columns().stream().mapToInt(sizes::of).sum();
      boolean given = buffer.equals(plan.input())
          || gradient != null && buffer.equals(gradient.arriving());
      arrays[number] = new float[given ? 0 : length(buffer, widths[number], time)];
    }
  }

  private int length(Buffer buffer, int width, int time) {
    long rows = switch (buffer.span()) {
      case STEPS -> (long) time * batch;
      case STATES -> (time + 1L) * batch;
      case SAMPLES, MASK -> batch;
    };
    if (rows * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          ("Buffer %s needs %d floats for T = %d and B = %d, more than an array holds; use fewer "
              + "steps or a smaller batch").formatted(buffer, rows * width, time, batch));
    }
    return (int) (rows * width);
  }

  void attach(Buffer buffer, Rows rows) {
    int number = number(buffer);
    if (rows.columns() != widths[number]) {
      throw new IllegalArgumentException("%s has %d columns, expected %d"
          .formatted(buffer.name(), rows.columns(), widths[number]));
    }
    attach(number, rows.array(), rows.offset());
  }

  void attach(int number, float[] array, int offset) {
    arrays[number] = array;
    starts[number] = offset;
  }

  float[] array(Buffer buffer) {
    return arrays[number(buffer)];
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

  /// The floats of a row of the buffer.
  int width(Buffer buffer) {
    return widths[number(buffer)];
  }

  /// Where the value of sample 0 and step 0 begins, relative to the start of the buffer.
  int offset(Place place) {
    int column = 0;
    for (int i = 0; i < place.column(); i++) {
      column += sizes.of(place.buffer().columns().get(i));
    }
    return column + place.shift() * batch * width(place.buffer());
  }

  /// How far apart two steps are: nothing where each step reuses the memory.
  int stepStride(Buffer buffer) {
    return switch (buffer.span()) {
      case STEPS, STATES -> batch * width(buffer);
      case SAMPLES, MASK -> 0;
    };
  }

  /// Where row (t, b) of the place begins in its array.
  int offset(Place place, int t, int b) {
    var buffer = place.buffer();
    return starts[number(buffer)] + offset(place) + t * stepStride(buffer) + b * width(buffer);
  }

  /// The bytes that all buffers take.
  long bytes() {
    return List.of(arrays).stream().mapToLong(a -> 4L * a.length).sum();
  }
}
