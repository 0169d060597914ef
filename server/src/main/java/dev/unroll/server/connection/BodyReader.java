package dev.unroll.server.connection;

import dev.unroll.server.operation.RequestMemory;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads the body of a request. Memory is taken for bytes that came, not for those that a header
/// promises.
public final class BodyReader {
  private static final int FIRST = 1 << 13;

  private final ServerRequest request;
  private final RequestMemory memory;
  private final long declared;

  public BodyReader(ServerRequest request, RequestMemory memory) {
    this.request = request;
    this.memory = memory;
    declared = request.headers().contentLength().orElse(-1);
  }

  /// All of it.
  ///
  /// @throws RefusedException if it is too large, ends early, or takes too long
  public byte[] read() {
    if (declared > memory.mostBody()) {
      throw tooLarge();
    }
    var bytes = new byte[declared >= 0 ? (int) Math.min(declared, FIRST) : FIRST];
    int size = 0;
    try {
      // It is not closed: that would read on to the end of a body that has failed.
      InputStream in = request.content().inputStream();
      while (declared < 0 || size < declared) {
        if (size == bytes.length) {
          bytes = Arrays.copyOf(bytes, grown(size));
        }
        int read = in.read(bytes, size, bytes.length - size);
        if (read < 0) {
          break;
        }
        size += read;
      }
    } catch (DataReader.InsufficientDataAvailableException _) {
      throw ended(size);
    } catch (IOException e) {
      throw RefusedException.invalid("the body cannot be read: %s", e.getMessage());
    } catch (RequestException | IllegalArgumentException e) {
      throw declared < 0 && !(e instanceof RequestException known && known.status().code() != 400)
          ? RefusedException
              .invalid("the body cannot be read after %d bytes, as it is not in chunks;"
                  + " each is its size in hexadecimal digits, a line break, its bytes and a line "
                  + "break,"
                  + " the last one has the size 0", size)
          : e;
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
