package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Shape and Size: the same array again as long as the shape is the same, so that nothing that
/// depends on it alone is computed again. Streams have one shape.
final class ShapeOperator implements Operator {
  private final boolean size;
  private final long start;
  private final long end;
  private int[] shape = {};
  private @Nullable NdArray known;

  /// @param size whether the number of elements is wanted instead of the axes from start to end
  ShapeOperator(boolean size, long start, long end) {
    this.size = size;
    this.start = start;
    this.end = end;
  }

  @Override
  public NdArray[] run(Inputs inputs) {
    return new NdArray[] {of(inputs.get(0).shape())};
  }

  @Override
  public Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    var all = inputs.get(0).shape();
    return new Streams(new NdArray[] {of(Arrays.copyOfRange(all, 1, all.length))}, false);
  }

  private NdArray of(int[] now) {
    var before = known;
    if (before != null && Arrays.equals(shape, now)) {
      return before;
    }
    shape = now;
    int from = bounded(start, now.length);
    int to = Math.max(from, bounded(end, now.length));
    long elements = 1;
    for (int each : now) {
      elements *= each;
    }
    var fresh = size ? NdArray.vector(elements).reshaped()
        : NdArray.vector(Arrays.stream(now, from, to).asLongStream().toArray());
    known = fresh;
    return fresh;
  }

  private static int bounded(long index, int size) {
    return Math.clamp(index < 0 ? index + size : index, 0, size);
  }
}
