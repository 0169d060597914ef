package dev.unroll.kernel;

/// A place of a plan bound to memory: where the row of each step and sample begins.
///
/// The array is asked for in every pass, as the caller may give another one.
final class Location {
  private final Memory memory;
  private final int buffer;
  private final int offset;
  private final int stepStride;
  private final int stride;

  /// @param offset where step 0 and sample 0 begin, from the start of the buffer
  /// @param stepStride how far apart two steps are: nothing where each step reuses the memory
  /// @param stride how far apart two samples are
  Location(Memory memory, int buffer, int offset, int stepStride, int stride) {
    this.memory = memory;
    this.buffer = buffer;
    this.offset = offset;
    this.stepStride = stepStride;
    this.stride = stride;
  }

  float[] array() {
    return memory.array(buffer);
  }

  /// Where row (t, b) begins.
  int at(int t, int b) {
    return memory.start(buffer) + offset + t * stepStride + b * stride;
  }

  int stride() {
    return stride;
  }
}
