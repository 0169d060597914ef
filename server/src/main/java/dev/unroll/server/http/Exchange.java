package dev.unroll.server.http;

import dev.unroll.server.batch.Client;
import dev.unroll.server.connection.AnswerStream;
import dev.unroll.server.connection.BodyReader;
import dev.unroll.server.connection.WatchedConnection;
import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.RequestGate;
import dev.unroll.server.operation.RequestMemory;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.time.Instant;
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
  private @Nullable String error;
  private volatile boolean isRead;
  private boolean isAdmitted;
  private boolean isLast;
  private @Nullable Throwable closing;

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
    var bytes = isRead ? new byte[0] : new BodyReader(request, memory).read();
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
    response.header(type);
    wait.begin();
    if (isHead()) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(length));
      response.send();
    } else {
      sent = length;
      response.send(bytes, 0, length);
    }
    wait.end();
  }

  /// Whether the headers of an answer are asked for, without its body.
  boolean isHead() {
    return method().equals("HEAD");
  }

  /// Sends a status without a body.
  void empty(int code) {
    begin(code);
    wait.begin();
    response.send();
    wait.end();
  }

  /// Sends the sentence of an error, or closes a connection on which an answer has begun.
  void fail(RefusedException why) {
    error = why.sentence();
    if (hasBegun()) {
      throw new CloseConnectionException("an answer that has begun cannot be ended", why);
    }
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

  /// Counts it as not answered, unless an answer has begun: the client has left.
  void leave() {
    if (status == 0) {
      status = CLIENT_LEFT;
    }
  }

  /// Has the connection closed in the end.
  void closeAfter(Throwable why) {
    closing = why;
  }

  /// What is known of it now that it is over.
  AccessLog.Line line() {
    return new AccessLog.Line(Instant.now(), connection.peer(), method(), rawPath(), status,
        System.nanoTime() - begin, received, sent, error);
  }

  /// Ends it; the next request may come.
  ///
  /// @throws CloseConnectionException if there is to be none
  void end() {
    if (closing != null) {
      throw new CloseConnectionException("the answer cannot be sent", closing);
    }
    if (isRead) {
      connection.endRequest();
    }
    if (isLast) {
      throw new CloseConnectionException("that was the last request of the connection");
    }
  }
}
