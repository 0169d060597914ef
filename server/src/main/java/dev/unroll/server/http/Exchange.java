package dev.unroll.server.http;

import dev.unroll.server.batch.Client;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// A request and its answer, as the services see them.
final class Exchange implements Client {
  /// The header with the length of the JSON before binary data.
  static final HeaderName JSON_LENGTH = HeaderNames.create("Inference-Header-Content-Length");

  static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "application/json");
  static final Header BINARY = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "application/octet-stream");

  /// The status that nginx has made customary for it in logs and figures; nobody gets it.
  private static final int CLIENT_LEFT = 499;

  /// So long a request runs before it matters whether its client is still there.
  private static final long SHORT_NANOS = 100_000_000;

  private final ServerRequest request;
  private final ServerResponse response;
  private final WatchedConnection connection;
  private final Deadlines.Wait wait;
  private final RequestMemory memory;
  private final RequestGate gate;
  private final long begin = System.nanoTime();
  private long received;
  private long sent;
  private int status;
  private volatile boolean isRead;
  private boolean isAdmitted;
  private boolean isLast;

  Exchange(ServerRequest request, ServerResponse response, Deadlines.Wait wait,
      RequestMemory memory, RequestGate gate) {
    this.request = request;
    this.response = response;
    this.connection = (WatchedConnection) wait.connection();
    this.wait = wait;
    this.memory = memory;
    this.gate = gate;
    isRead = !request.content().hasEntity();
  }

  /// The method: `GET`.
  String method() {
    return request.prologue().method().text();
  }

  /// The path as it was sent.
  String rawPath() {
    return request.prologue().uriPath().rawPath();
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

  /// Reads the body, and lets the request run.
  ///
  /// @throws RefusedException if it is too large, or takes too long, or too many requests run
  byte[] body() {
    var bytes = isRead ? new byte[0] : new BodyReader(request, memory, wait).read();
    wait.end();
    isRead = true;
    received = bytes.length;
    gate.admit();
    isAdmitted = true;
    return bytes;
  }

  /// What it takes of the memory of all requests.
  RequestMemory memory() {
    return memory;
  }

  @Override
  public boolean hasLeft() {
    return isRead && System.nanoTime() - begin > SHORT_NANOS && connection.hasEnded();
  }

  /// Gives back the memory of the body, and its place among those that run.
  void release() {
    memory.release();
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
    isLast = gate.ends() || !isRead
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
    return new AnswerStream(response.outputStream(), wait, length -> sent += length);
  }

  /// Whether an answer has begun.
  boolean hasBegun() {
    return status != 0;
  }

  /// The time that it has run, in nanoseconds.
  long nanos() {
    return System.nanoTime() - begin;
  }

  /// Counts it as not answered, unless an answer has begun: the client has left.
  void leave() {
    if (status == 0) {
      status = CLIENT_LEFT;
    }
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
