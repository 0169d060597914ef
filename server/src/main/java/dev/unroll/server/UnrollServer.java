package dev.unroll.server;

import dev.unroll.server.http.HttpFront;
import dev.unroll.server.repository.ModelPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A server of models over HTTP: the Open Inference Protocol, sequences that keep their state,
/// texts token by token, and tasks in their own words (`docs/serve.md`).
///
/// ```java
/// try (var server = UnrollServer.start(ServerOptions.DEFAULT,
///     List.of(ModelPlace.of("model.safetensors", Path.of(""))))) {
///   server.awaitEnd();
/// }
/// ```
///
/// Safe for use by several threads.
public final class UnrollServer implements AutoCloseable {
  private final HttpFront front;
  private final Background background;

  private UnrollServer(HttpFront front, Background background) {
    this.front = front;
    this.background = background;
  }

  /// Loads models, and begins to answer once they are warm.
  ///
  /// @param places where models come from
  /// @throws IOException one sentence, if a model cannot be loaded, or nothing can listen at the
  ///     address
  public static UnrollServer start(ServerOptions options, List<ModelPlace> places)
      throws IOException {
    var parts = ServerAssembly.of(options, places);
    return new UnrollServer(parts.front(), parts.background());
  }

  /// The port that it listens at.
  public int port() {
    return front.port();
  }

  /// Looks at the model files now, besides the times that it looks anyway.
  public void lookAtModels() {
    background.look();
  }

  /// Ends it: nobody is let in any more, what runs is finished within the time that was set, and
  /// connections are closed.
  ///
  /// @return whether all that ran was finished
  public boolean end() {
    boolean finished = front.end();
    background.close();
    return finished;
  }

  /// Waits until it has ended.
  public void awaitEnd() throws InterruptedException {
    front.awaitEnd();
  }

  /// Waits until it has ended, or a time has passed.
  ///
  /// @return whether it has ended
  public boolean awaitEnd(Duration time) throws InterruptedException {
    return front.awaitEnd(time);
  }

  @Override
  public void close() {
    end();
  }
}
