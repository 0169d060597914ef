package dev.unroll.bench.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntToLongFunction;

/// Passes on what is written when it would have arrived.
final class DelayedStream extends OutputStream {
  /// What has no bytes is the end.
  private static final Chunk END = new Chunk(new byte[0], 0);

  private final IntToLongFunction arrival;
  private final LinkedBlockingQueue<Chunk> under = new LinkedBlockingQueue<>();
  private final Thread wire;
  private volatile boolean lost;

  @SuppressWarnings("ArrayRecordComponent")
  private record Chunk(byte[] bytes, long arrival) {}

  /// @param arrival when so many bytes arrive that are sent now
  DelayedStream(OutputStream out, IntToLongFunction arrival) {
    this.arrival = arrival;
    wire = Thread.ofPlatform().daemon().start(() -> {
      try {
        for (var chunk = under.take(); chunk.bytes.length > 0; chunk = under.take()) {
          for (long left = left(chunk); left > 0; left = left(chunk)) {
            LockSupport.parkNanos(left);
          }
          out.write(chunk.bytes);
          out.flush();
        }
      } catch (IOException | InterruptedException e) {
        lost = true;
      }
    });
  }

  private static long left(Chunk chunk) {
    return chunk.arrival - System.nanoTime();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (lost) {
      throw new IOException("the other side is gone");
    }
    if (length == 0) {
      return;
    }
    under.add(new Chunk(Arrays.copyOfRange(bytes, offset, offset + length),
        arrival.applyAsLong(length)));
  }

  /// Waits until all that was written has arrived.
  void drain() {
    under.add(END);
    try {
      wire.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
