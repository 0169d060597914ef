package dev.unroll.kernel.run;

/// A place of a plan bound to memory: the start of the row of each step and sample.
///
/// The array is looked up in every pass, as the caller may give another one.
final class Location {
  private final Memory memory;
  private final int buffer;
  private final int offset;
  private final int shift;
  private final int stepStride;
  private final int stride;

  /// @param offset the start of step 0 and sample 0 in the buffer
  /// @param steps the number of steps that share a row, a power of two
  /// @param stepStride the stride of these rows: 0 if each step reuses the memory
  /// @param stride the stride of samples
  Location(Memory memory, int buffer, int offset, int steps, int stepStride, int stride) {
    this.memory = memory;
    this.buffer = buffer;
    this.offset = offset;
    shift = Integer.numberOfTrailingZeros(steps);
    this.stepStride = stepStride;
    this.stride = stride;
  }

  /// The same rows from a later column on.
  Location column(int column) {
    return new Location(memory, buffer, offset + column, 1 << shift, stepStride, stride);
  }

  float[] array() {
    return memory.array(buffer);
  }

  /// The start of row (t, b).
  int at(int t, int b) {
    return memory.start(buffer) + offset + (t >> shift) * stepStride + b * stride;
  }

  /// The number of rows in `time` steps of `batch` samples.
  int rows(int time, int batch) {
    return ((time - 1 >> shift) + 1) * batch;
  }

  /// Whether the rows of both are the same memory, except for their ends.
  boolean coincides(Location other) {
    return memory == other.memory && buffer == other.buffer && offset == other.offset;
  }

  /// Whether both are in the same buffer, so that a write to one may be read at the other.
  boolean sharesBufferWith(Location other) {
    return memory == other.memory && buffer == other.buffer;
  }

  int stride() {
    return stride;
  }
}
