package dev.unroll.kernel.run;

/// A place of a plan bound to memory: where the row of each step and sample begins.
///
/// The array is asked for in every pass, as the caller may give another one.
final class Location {
  private final Memory memory;
  private final int buffer;
  private final int offset;
  private final int shift;
  private final int stepStride;
  private final int stride;

  /// @param offset where step 0 and sample 0 begin, from the start of the buffer
  /// @param steps how many steps share a row, a power of two
  /// @param stepStride how far apart two of their rows are: nothing where each step reuses the memory
  /// @param stride how far apart two samples are
  Location(Memory memory, int buffer, int offset, int steps, int stepStride, int stride) {
    this.memory = memory;
    this.buffer = buffer;
    this.offset = offset;
    shift = Integer.numberOfTrailingZeros(steps);
    this.stepStride = stepStride;
    this.stride = stride;
  }

  float[] array() {
    return memory.array(buffer);
  }

  /// Where row (t, b) begins.
  int at(int t, int b) {
    return memory.start(buffer) + offset + (t >> shift) * stepStride + b * stride;
  }

  /// How many rows there are in `time` steps of `batch` samples.
  int rows(int time, int batch) {
    return ((time - 1 >> shift) + 1) * batch;
  }

  /// Whether the rows of both are the same memory, but for their ends.
  boolean coincides(Location other) {
    return memory == other.memory && buffer == other.buffer && offset == other.offset;
  }

  /// Whether both lie in the same buffer, so that what is written to one may be read at the other.
  boolean sharesBufferWith(Location other) {
    return memory == other.memory && buffer == other.buffer;
  }

  int stride() {
    return stride;
  }
}
