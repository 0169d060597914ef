package dev.unroll.server.http;

import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads the body of a request. Memory is taken for bytes that came, not for those that a header
/// promises.
final class BodyReader {
  private static final int FIRST = 1 << 13;

  private final ServerRequest request;
  private final RequestMemory memory;
  private final Deadlines.Wait wait;
  private final long declared;

  BodyReader(ServerRequest request, RequestMemory memory, Deadlines.Wait wait) {
    this.request = request;
    this.memory = memory;
    this.wait = wait;
    declared = request.headers().contentLength().orElse(-1);
  }

  /// All of it.
  ///
  /// @throws RefusedException if it is too large, ends early, or takes too long
  byte[] read() {
    if (declared > memory.mostBody()) {
      throw tooLarge();
    }
    var bytes = new byte[declared >= 0 ? (int) Math.min(declared, FIRST) : FIRST];
    int size = 0;
    try (InputStream in = request.content().inputStream()) {
      while (declared < 0 || size < declared) {
        if (size == bytes.length) {
          bytes = Arrays.copyOf(bytes, grown(size));
        }
        int read = in.read(bytes, size, bytes.length - size);
        if (read < 0) {
          break;
        }
        size += read;
        if (wait.isLate()) {
          throw RefusedException.of(408, "the body did not arrive in time");
        }
      }
    } catch (DataReader.InsufficientDataAvailableException _) {
      throw ended(size);
    } catch (IOException e) {
      throw RefusedException.invalid("the body cannot be read: %s", e.getMessage());
    }
    if (size < declared) {
      throw ended(size);
    }
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private RefusedException ended(int size) {
    return declared < 0
        ? RefusedException.invalid("the body ends after %d bytes within a chunk", size)
        : RefusedException.invalid("the body ends after %d of %d bytes", size, declared);
  }

  private int grown(int size) {
    if (size > memory.mostBody()) {
      throw tooLarge();
    }
    long next = Math.min(2L * size, declared < 0 ? memory.mostBody() + 1L : declared);
    memory.grow(next);
    return (int) next;
  }

  private RefusedException tooLarge() {
    return RefusedException.of(413, "the body has more than %d bytes, which are allowed",
        memory.mostBody());
  }
}
