package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The buffers of a plan for given sizes, allocated once, in one array or, if they are too large,
/// in an array each. The buffers that the caller gives (`x` and the gradient of the output) are
/// attached before a pass.
public final class Memory {
  /// The number of elements from which keeping a part of a vector costs less than a few percent.
  private static final int LONG = 256;

  /// A little less than an array may hold, so that positions may be added to the floats of a
  /// vector.
  private static final int LARGEST = Integer.MAX_VALUE - 64;

  /// The largest number of floats of one array, 1 GB; a longer one may not find contiguous memory.
  private static final int MOST_TOGETHER = 1 << 28;

  /// Buffers begin a whole number of cache lines apart, with one line between them, so that rows of
  /// many buffers are not all multiples of 4 KB apart and in the same sets of a cache. No
  /// difference was measured on a Zen 5 (decision 16).
  private static final int LINE = 16;

  private final Dimensions sizes;
  private final int batch;
  private final Map<Buffer, Integer> numbers = new HashMap<>();
  private final Map<Buffer, Place> overlays;
  private final float[][] arrays;
  private final int[] starts;
  private final int[] widths;
  private final int[] lengths;
  private final long length;
  private final boolean apart;

  public Memory(Plan plan, Dimensions sizes, int time, int batch) {
    this(plan.buffers(), overlays(plan, sizes), sizes, time, batch, MOST_TOGETHER);
  }

  /// @param overlays the buffers that have no memory of their own, and their places
  /// @param mostTogether the floats up to which all buffers lie in one array
  public Memory(List<Buffer> buffers, Map<Buffer, Place> overlays, Dimensions sizes, int time,
      int batch,
      long mostTogether) {
    this.overlays = overlays;
    this.sizes = sizes;
    this.batch = batch;
    int count = buffers.size();
    arrays = new float[count][];
    starts = new int[count];
    widths = new int[count];
    lengths = new int[count];
    long together = 0;
    for (var buffer : buffers) {
      int number = numbers.size();
      numbers.put(buffer, number);
      widths[number] = buffer.columns().stream().mapToInt(sizes::of).sum();
      if (buffer.span() != Buffer.Span.GIVEN && !overlays.containsKey(buffer)) {
        lengths[number] = length(buffer, widths[number], time);
        together += padded(lengths[number]);
      }
    }
    length = Arrays.stream(lengths).asLongStream().sum();
    apart = together > mostTogether;
    var shared = new float[apart ? 0 : (int) together];
    int next = 0;
    for (int i = 0; i < count; i++) {
      if (apart || lengths[i] == 0) {
        arrays[i] = new float[lengths[i]];
      } else {
        arrays[i] = shared;
        starts[i] = next;
        next += (int) padded(lengths[i]);
      }
    }
  }

  private static long padded(int length) {
    return ((long) length + LINE - 1) / LINE * LINE + LINE;
  }

  /// Whether each buffer has an array of its own. Else all of them are in one, so that emitted
  /// code, which looks up its arrays for each row, has few to look up.
  boolean isApart() {
    return apart;
  }

  /// The overlays of a plan, or none if they would cost time: in rows that do not end with a
  /// vector, some elements are computed twice, for which the overwritten operands must be kept; for
  /// long rows that is little.
  private static Map<Buffer, Place> overlays(Plan plan, Dimensions sizes) {
    return plan.overlays().keySet().stream().flatMap(b -> b.columns().stream())
        .mapToInt(sizes::of).allMatch(n -> n % Tape.GRAIN == 0 || n >= LONG)
            ? plan.overlays()
            : Map.of();
  }

  static double bytes(Plan plan, Dimensions sizes, int time, int batch) {
    var overlays = overlays(plan, sizes);
    return plan.buffers().stream()
        .filter(b -> b.span() != Buffer.Span.GIVEN && !overlays.containsKey(b))
        .mapToDouble(b -> (double) Float.BYTES * rows(b, time, batch)
            * b.columns().stream().mapToDouble(sizes::of).sum())
        .sum();
  }

  private static long rows(Buffer buffer, int time, int batch) {
    return switch (buffer.span()) {
      case STEPS, GIVEN -> (long) time * batch;
      case STATES -> (time + 1L) * batch;
      case SAMPLES, MASK -> batch;
      case SUMS -> (time + Buffer.SUMMED_STEPS - 1L) / Buffer.SUMMED_STEPS * batch;
    };
  }

  private int length(Buffer buffer, int width, int time) {
    long rows = rows(buffer, time, batch);
    if (rows * width > LARGEST) {
      throw new IllegalArgumentException(
          ("Buffer %s needs %d floats for T = %d and B = %d, more than an array holds; use fewer "
              + "steps or a smaller batch").formatted(buffer, rows * width, time, batch));
    }
    return (int) (rows * width);
  }

  public void attach(Buffer buffer, Rows rows) {
    attach(number(buffer), rows);
  }

  public void attach(int number, Rows rows) {
    if (rows.columns() != widths[number]) {
      throw new IllegalArgumentException("%d columns were given, expected %d"
          .formatted(rows.columns(), widths[number]));
    }
    arrays[number] = rows.array();
    starts[number] = rows.offset();
  }

  public float[] array(int number) {
    return arrays[number];
  }

  int start(int number) {
    return starts[number];
  }

  public int number(Buffer buffer) {
    var number = numbers.get(buffer);
    if (number == null) {
      throw new IllegalArgumentException("the plan has no buffer " + buffer);
    }
    return number;
  }

  Dimensions sizes() {
    return sizes;
  }

  /// The number of floats of a row of the buffer.
  public int width(Buffer buffer) {
    return widths[number(buffer)];
  }

  Location locate(Place place) {
    var under = overlays.get(place.buffer());
    if (under != null) {
      return locate(new Place(under.buffer(), under.column() + place.column(), place.shift()));
    }
    var buffer = place.buffer();
    int width = width(buffer);
    int column = 0;
    for (int i = 0; i < place.column(); i++) {
      column += sizes.of(buffer.columns().get(i));
    }
    int stepStride = switch (buffer.span()) {
      case STEPS, GIVEN, STATES, SUMS -> batch * width;
      case SAMPLES, MASK -> 0;
    };
    return new Location(this, number(buffer), column + place.shift() * batch * width,
        buffer.span() == Buffer.Span.SUMS ? Buffer.SUMMED_STEPS : 1, stepStride, width);
  }

  /// Marks the values of the last pass as undefined, except those that are inputs of the next one:
  /// masks, and slot 0 of states and of their gradients. Sums begin at zero and are cleared by the
  /// code that adds them.
  ///
  /// @param states whether the other slots of states are included
  void spoil(Plan plan, boolean states) {
    if (!Leftovers.areSpoiled()) {
      return;
    }
    for (var buffer : plan.buffers()) {
      int number = number(buffer);
      boolean written = plan.masks().containsValue(buffer) || plan.given().containsValue(buffer);
      if (written || overlays.containsKey(buffer)) {
        continue;
      }
      int from = starts[number];
      int end = from + lengths[number];
      switch (buffer.span()) {
        case STEPS, SAMPLES -> Leftovers.spoil(arrays[number], from, end);
        case STATES -> Leftovers.spoil(
            arrays[number], states ? from + batch * widths[number] : end, end);
        case GIVEN, SUMS, MASK -> {}
      }
    }
  }

  /// The bytes that all buffers take.
  long bytes() {
    return Float.BYTES * length;
  }
}
