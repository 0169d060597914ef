package dev.unroll.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A request and its answer, as the services see them.
final class Exchange {
  /// The header with the length of the JSON before binary data.
  static final HeaderName JSON_LENGTH = HeaderNames.create("Inference-Header-Content-Length");

  static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "application/json");
  static final Header BINARY = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "application/octet-stream");

  private static final int FIRST = 1 << 13;

  /// A request may have a step for so many bytes of the largest body: what a step takes beside its
  /// numbers, and the time to compute it, are bounded by that.
  private static final int STEP = 4;

  private final ServerRequest request;
  private final ServerResponse response;
  private final BodyMemory memory;
  private final Deadlines.Wait wait;
  private final int mostBody;
  private final RequestGate gate;
  private long taken;
  private long received;
  private long sent;
  private int status;
  private boolean isRead;
  private boolean isAdmitted;
  private boolean isLast;

  Exchange(ServerRequest request, ServerResponse response, BodyMemory memory,
      Deadlines.Wait wait, int mostBody, RequestGate gate) {
    this.request = request;
    this.response = response;
    this.memory = memory;
    this.wait = wait;
    this.mostBody = mostBody;
    this.gate = gate;
  }

  /// The method: `GET`.
  String method() {
    return request.prologue().method().text();
  }

  /// The path as it was sent.
  String rawPath() {
    return request.prologue().uriPath().rawPath();
  }

  /// The parts of the path, decoded.
  String[] path() {
    var parts = rawPath().substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].indexOf('%') >= 0) {
        parts[i] = decoded(parts[i]);
      }
    }
    return parts;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException _) {
      throw RefusedException.invalid("the path has a %% that begins no code");
    }
  }

  /// The address of the client.
  String peer() {
    return request.remotePeer().host();
  }

  /// A header; null if the request has none.
  @Nullable
  String header(HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).get() : null;
  }

  /// A parameter of the query; null if there is none.
  @Nullable
  String query(String name) {
    return request.query().contains(name) ? request.query().get(name) : null;
  }

  /// Reads the body. Memory is taken for bytes that came, not for those that a header promises.
  ///
  /// @throws RefusedException if it is too large, or takes too long
  byte[] body() {
    if (!request.content().hasEntity()) {
      wait.end();
      admit();
      return new byte[0];
    }
    long declared = request.headers().contentLength().orElse(-1);
    if (declared > mostBody) {
      throw tooLarge();
    }
    var bytes = new byte[declared >= 0 ? (int) Math.min(declared, FIRST) : FIRST];
    int size = 0;
    try (InputStream in = request.content().inputStream()) {
      while (declared < 0 || size < declared) {
        if (size == bytes.length) {
          bytes = Arrays.copyOf(bytes, grown(size, declared));
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
      throw ended(size, declared);
    } catch (IOException e) {
      throw RefusedException.invalid("the body cannot be read: %s", e.getMessage());
    }
    if (size < declared) {
      throw ended(size, declared);
    }
    wait.end();
    isRead = true;
    received = size;
    admit();
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private static RefusedException ended(int size, long declared) {
    return declared < 0 ? RefusedException.invalid("the body ends after %d bytes within a chunk",
        size)
        : RefusedException.invalid("the body ends after %d of %d bytes", size, declared);
  }

  private int grown(int size, long declared) {
    long next = Math.min(2L * size, declared < 0 ? mostBody + 1L : declared);
    if (size > mostBody) {
      throw tooLarge();
    }
    memory.grow(taken, next);
    taken = next;
    return (int) next;
  }

  /// Takes memory for what is computed and answered, before it is.
  ///
  /// @param numbers of the answer
  /// @param steps or inputs that are computed, each of which takes about as much
  /// @throws RefusedException if an answer may not have so many, or there is no room for them now
  void reserve(long numbers, long steps) {
    if (numbers > memory.mostNumbers()) {
      throw RefusedException.of(413,
          "the answer would have %d numbers, at most %d are allowed; send fewer sequences or steps"
              + " at once",
          numbers, memory.mostNumbers());
    }
    long after = taken + BodyMemory.ofNumbers(numbers + steps);
    memory.grow(taken, after);
    taken = after;
  }

  /// Refuses more steps than may be computed for a request.
  ///
  /// @param steps of all sequences together
  void requireSteps(long steps) {
    long most = Math.max(1, mostBody / STEP);
    if (steps > most) {
      throw RefusedException.of(413,
          "the request has %d steps in all its sequences together, at most %d are allowed; send"
              + " fewer sequences at once",
          steps, most);
    }
  }

  private RefusedException tooLarge() {
    return RefusedException.of(413, "the body has more than %d bytes, which are allowed",
        mostBody);
  }

  /// Lets the request run, as all of it has arrived.
  private void admit() {
    gate.admit();
    isAdmitted = true;
  }

  /// Gives back the memory of the body, and its place among those that run.
  void release() {
    memory.release(taken);
    taken = 0;
    if (isAdmitted) {
      isAdmitted = false;
      gate.release();
    }
  }

  /// Sets what an answer begins with. Whether it is the last of the connection is said as late as
  /// possible: the server may have begun to end.
  private void begin(int code) {
    status = code;
    if (code != 200) {
      response.status(Status.create(code));
    }
    isLast = gate.ends() || !isRead()
        || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    if (isLast) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
  }

  /// Whether the connection is to be closed after the answer: it was said so.
  boolean isLast() {
    return isLast;
  }

  /// Sets a header of the answer.
  void answerHeader(HeaderName name, String value) {
    response.header(name, value);
  }

  /// Sends JSON.
  void json(int code, byte[] bytes) {
    send(code, JSON, bytes, bytes.length);
  }

  /// Sends bytes.
  void send(int code, Header type, ByteSink bytes) {
    send(code, type, bytes.array(), bytes.size());
  }

  /// Sends the first bytes of an array.
  void send(int code, Header type, byte[] bytes, int length) {
    begin(code);
    sent = length;
    response.header(type);
    wait.begin();
    response.send(bytes, 0, length);
    wait.end();
  }

  /// Sends a status without a body.
  void empty(int code) {
    begin(code);
    wait.begin();
    response.send();
    wait.end();
  }

  /// Sends the sentence of an error.
  void error(RefusedException why) {
    if (why.retryAfter() > 0) {
      response.header(HeaderNames.RETRY_AFTER, Integer.toString(why.retryAfter()));
    }
    json(why.status(), JsonFormat.error(why.sentence()));
  }

  /// Begins an answer whose parts follow; each is sent at once.
  OutputStream stream(Header type) {
    begin(200);
    response.header(type);
    var out = response.outputStream();
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        wait.begin();
        out.write(bytes, offset, length);
        out.flush();
        wait.end();
        sent += length;
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  /// Whether nothing of the request is left to be read.
  private boolean isRead() {
    return isRead || !request.content().hasEntity();
  }

  /// Whether an answer has begun.
  boolean hasBegun() {
    return status != 0;
  }

  /// The status of the answer.
  int status() {
    return status;
  }

  /// The bytes of the body.
  long received() {
    return received;
  }

  /// The bytes of the answer's body.
  long sent() {
    return sent;
  }
}
