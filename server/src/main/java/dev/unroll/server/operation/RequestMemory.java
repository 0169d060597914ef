package dev.unroll.server.operation;

import dev.unroll.server.protocol.RefusedException;

/// What a request takes of the memory of all: that of its body while it arrives, and that of what
/// is computed and answered, before it is.
public final class RequestMemory {
  /// A request may have a step for so many bytes of the largest body: what a step takes beside its
  /// numbers, and the time to compute it, are bounded by that.
  private static final int BYTES_OF_STEP = 4;

  private final BodyMemory memory;
  private final int mostBody;
  private long taken;

  /// @param mostBody the bytes of the largest body
  public RequestMemory(BodyMemory memory, int mostBody) {
    this.memory = memory;
    this.mostBody = mostBody;
  }

  /// The bytes of the largest body.
  public int mostBody() {
    return mostBody;
  }

  /// Takes memory for a body that grows.
  ///
  /// @param bytes that it needs from now on
  /// @throws RefusedException if there is no room now
  public void grow(long bytes) {
    memory.grow(taken, bytes);
    taken = bytes;
  }

  /// Takes memory for what is computed and answered, before it is.
  ///
  /// @param numbers of the answer
  /// @param steps or inputs that are computed, each of which takes about as much
  /// @throws RefusedException if an answer may not have so many, or there is no room for them now
  public void reserve(long numbers, long steps) {
    if (numbers > memory.mostNumbers()) {
      throw RefusedException.of(413,
          "the answer would have %d numbers, at most %d are allowed; send fewer sequences or steps"
              + " at once",
          numbers, memory.mostNumbers());
    }
    grow(taken + BodyMemory.ofNumbers(numbers + steps));
  }

  /// Refuses more steps than may be computed for a request.
  ///
  /// @param steps of all sequences together
  public void requireSteps(long steps) {
    long most = Math.max(1, mostBody / BYTES_OF_STEP);
    if (steps > most) {
      throw RefusedException.of(413,
          "the request has %d steps in all its sequences together, at most %d are allowed; send"
              + " fewer sequences at once",
          steps, most);
    }
  }

  /// Gives all of it back.
  public void release() {
    memory.release(taken);
    taken = 0;
  }
}
