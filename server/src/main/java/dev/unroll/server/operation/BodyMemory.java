package dev.unroll.server.operation;

import dev.unroll.server.protocol.RefusedException;
import java.util.concurrent.atomic.AtomicLong;

/// The memory that the bodies and the answers of all requests may take together, tensors that are
/// read from them included. Small ones are not counted: their number is limited.
public final class BodyMemory {
  private static final int SMALL = 1 << 13;

  /// A part of the heap; what is read from a body takes several times its bytes.
  private static final int SHARE = 8;

  /// What a number of an answer takes while it is computed and written as JSON, in bytes of a body.
  private static final int NUMBER = 8;

  /// What all computations that run may take together, in memories of bodies.
  private static final int COMPUTATIONS = 2;

  private final AtomicLong left;
  private final long all;
  private final long mostNumbers;

  /// @param heap the bytes that Java may take
  /// @param most the bytes of a body, for which there is always room
  public BodyMemory(long heap, int most) {
    all = Math.max(heap / SHARE, most);
    left = new AtomicLong(all);
    mostNumbers = Math.min(most, all / NUMBER);
  }

  /// The most numbers of an answer: as many as a body has bytes, and fewer on a small heap.
  public long mostNumbers() {
    return mostNumbers;
  }

  /// The most numbers that all values of a computation may have together whose size is not known
  /// before.
  ///
  /// @param count the computations that run at once
  public long mostComputed(int count) {
    return Math.max(1, COMPUTATIONS * all / NUMBER / count);
  }

  /// The memory of the numbers of an answer, to be taken by [#grow].
  public static long ofNumbers(long numbers) {
    return NUMBER * numbers;
  }

  /// Takes memory for a body that grows, or for an answer.
  ///
  /// @param before the bytes that were taken for it
  /// @param after the bytes that it needs
  /// @throws RefusedException if there is no room; what was taken stays taken
  public void grow(long before, long after) {
    long more = counted(after) - counted(before);
    if (more > 0 && left.addAndGet(-more) < 0) {
      left.addAndGet(more);
      throw RefusedException.busy(1,
          "the requests that are running take all the memory that they may; try again later");
    }
  }

  /// Gives back what was taken for a body.
  public void release(long bytes) {
    left.addAndGet(counted(bytes));
  }

  private static long counted(long bytes) {
    return bytes <= SMALL ? 0 : bytes;
  }
}
