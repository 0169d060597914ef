package dev.unroll.app.studio;

import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.studio.runs.RunList;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.BindException;

/// The server of the studio, on loopback only.
public final class StudioServer implements AutoCloseable {
  /// Requests are a few words or a text to read.
  private static final int LARGEST_BODY = 1 << 20;

  private final WebServer server;
  private final Activities activities;
  private final HeavyWork work;

  private StudioServer(WebServer server, Activities activities, HeavyWork work) {
    this.server = server;
    this.work = work;
    this.activities = activities;
  }

  /// Starts it.
  ///
  /// @param terminal in whose folder data is looked for
  /// @param port 0 for any; if another is taken, any as well
  /// @throws IOException if no port can be had
  public static StudioServer start(RunList runs, Terminal terminal, int port) throws IOException {
    try {
      return bound(runs, terminal, port);
    } catch (IOException e) {
      if (port == 0 || !isTaken(e)) {
        throw e;
      }
      return bound(runs, terminal, 0);
    }
  }

  private static boolean isTaken(Throwable e) {
    return e instanceof BindException || e.getCause() != null && isTaken(e.getCause());
  }

  private static StudioServer bound(RunList runs, Terminal terminal, int port) throws IOException {
    var guard = new RequestGuard();
    var activities = new Activities(terminal);
    var work = new HeavyWork();
    var routes = new StudioRoutes(runs, terminal, guard, activities, work);
    try {
      var server = WebServer.builder().host("127.0.0.1").port(port).maxPayloadSize(LARGEST_BODY)
          .shutdownHook(false)
          .connectionOptions(options -> options.tcpNoDelay(true))
          .routing(routing -> {
            routing.addFilter(guard::filter);
            routes.into(routing);
          }).build().start();
      guard.listensOn(server.port());
      return new StudioServer(server, activities, work);
    } catch (RuntimeException e) {
      work.close();
      throw new IOException("the studio cannot listen on port %d: %s; give --port another"
          .formatted(port, Failure.reason(e)), e);
    }
  }

  /// The address of its page.
  public String address() {
    return "http://127.0.0.1:%d/".formatted(server.port());
  }

  @Override
  public void close() {
    activities.close();
    work.close();
    server.stop();
  }
}
