package dev.unroll.server.operation;

import dev.unroll.server.protocol.RefusedException;
import java.util.concurrent.atomic.AtomicLong;

/// The memory that the bodies of all requests may take together, tensors that are read from them
/// included. Small bodies are not counted: their number is limited.
public final class BodyMemory {
  private static final int SMALL = 1 << 13;

  /// A part of the heap; what is read from a body takes several times its bytes.
  private static final int SHARE = 8;

  private final AtomicLong left;

  /// @param heap the bytes that Java may take
  /// @param most the bytes of a body, for which there is always room
  public BodyMemory(long heap, int most) {
    left = new AtomicLong(Math.max(heap / SHARE, most));
  }

  /// Takes memory for a body that grows.
  ///
  /// @param before the bytes that were taken for it
  /// @param after the bytes that it needs
  /// @throws RefusedException if there is no room; what was taken stays taken
  public void grow(int before, int after) {
    int more = counted(after) - counted(before);
    if (more > 0 && left.addAndGet(-more) < 0) {
      left.addAndGet(more);
      throw RefusedException.busy(1,
          "the bodies of the requests that run take all the memory that they may; try again");
    }
  }

  /// Gives back what was taken for a body.
  public void release(int bytes) {
    left.addAndGet(counted(bytes));
  }

  private static int counted(int bytes) {
    return bytes <= SMALL ? 0 : bytes;
  }
}
