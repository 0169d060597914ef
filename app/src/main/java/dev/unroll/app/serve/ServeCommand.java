package dev.unroll.app.serve;

import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.server.ServerOptions;
import dev.unroll.server.UnrollServer;
import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.operation.TlsFiles;
import dev.unroll.server.repository.ModelPlace;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll serve`: models answer over HTTP until a signal ends them.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Serves models over HTTP by the Open Inference Protocol: whole sequences, or "
        + "step by step with a state for each sequence; texts token by token; classes, tags and "
        + "forecasts. Model files are watched: one that changes is loaded, and takes over once it "
        + "is warm.",
    footer = {
      "",
      "Examples:",
      "  unroll serve runs/shakespeare-1",
      "  unroll serve runs/classify-1 vad=silero_vad.onnx --port 9000",
      "  unroll serve models --host 0.0.0.0 --key-file keys --tls-certificate c.pem --tls-key k",
      "",
      "  curl -d '{\"text_input\": \"ROMEO:\"}' localhost:8080/v2/models/shakespeare-1/generate"
    })
public final class ServeCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 1_000_000;
  private static final int MOST_GRACE = 50;

  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "A model file, the folder of a run, or a folder of these, where a model may "
          + "have a folder for each version (NAME/1, NAME/2). NAME=PATH gives a model a name.")
  private List<String> models = new ArrayList<>();

  @Option(names = "--port", paramLabel = "N",
      description = "The port. Default: ${DEFAULT-VALUE}; 0 for any that is free.")
  private int port = ServerOptions.DEFAULT.port();

  @Option(names = "--host", paramLabel = "ADDRESS",
      description = "The address to listen at. Default: ${DEFAULT-VALUE}, which other machines "
          + "cannot reach; 0.0.0.0 for all addresses of this one.")
  private String host = ServerOptions.DEFAULT.host();

  @Option(names = "--key-file", paramLabel = "FILE",
      description = "Keys of which clients need one, a line each: Authorization: Bearer KEY.")
  private @Nullable Path keys;

  @Option(names = "--allow-host", paramLabel = "NAME",
      description = "A name of the server by which clients without a key may call it, besides "
          + "localhost and addresses. May be repeated.")
  private List<String> allowedHosts = new ArrayList<>();

  @ArgGroup(exclusive = false)
  private @Nullable TlsOptions tls;

  @Option(names = "--access-log", paramLabel = "FILE",
      description = "Write a line of JSON for each request to a file; - for the output.")
  private @Nullable String accessLog;

  @Option(names = "--batch", paramLabel = "N",
      description = "The most sequences that are stepped in one call. Default: ${DEFAULT-VALUE}.")
  private int batch = ServerOptions.DEFAULT.batch();

  @Option(names = "--batch-wait", paramLabel = "MICROSECONDS",
      description = "How long a call waits for more sequences. Default: ${DEFAULT-VALUE}, for "
          + "those that are there.")
  private int batchWait;

  @Option(names = "--sequence-idle", paramLabel = "SECONDS",
      description = "Close sequences that are idle for this long. Default: ${DEFAULT-VALUE}.")
  private int sequenceIdle = (int) ServerOptions.DEFAULT.sequenceIdle().toSeconds();

  @Option(names = "--grace", paramLabel = "SECONDS",
      description = "How long the server waits at its end for requests that are running. Default: "
          + "${DEFAULT-VALUE}.")
  private int grace = (int) ServerOptions.DEFAULT.grace().toSeconds();

  @Mixin
  private LimitOptions limits = new LimitOptions();

  /// The files of TLS, which go together.
  static final class TlsOptions {
    @Option(names = "--tls-certificate", required = true, paramLabel = "FILE",
        description = "The certificate of the server, PEM, for HTTPS.")
    private Path certificate = Path.of("");

    @Option(names = "--tls-key", required = true, paramLabel = "FILE",
        description = "Its private key, PEM.")
    private Path key = Path.of("");

    @Option(names = "--tls-clients", paramLabel = "FILE",
        description = "Clients need a certificate that one of these has signed, PEM.")
    private @Nullable Path clients;
  }

  public ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    OptionValues.inRange("--port", port, 0, 65_535);
    OptionValues.inRange("--batch", batch, 1, 65_536);
    OptionValues.inRange("--batch-wait", batchWait, 0, 1_000_000);
    OptionValues.inRange("--sequence-idle", sequenceIdle, 1, MOST_SECONDS);
    OptionValues.inRange("--grace", grace, 0, MOST_GRACE);
    var places = new ArrayList<ModelPlace>();
    for (var model : models) {
      var place = ModelPlace.of(model, terminal.folder());
      if (!Files.exists(place.path())) {
        throw new IOException(
            "there is no %s; give a model file, or the folder of a run or of models"
                .formatted(place.path()));
      }
      places.add(place);
    }
    var known = keys == null ? null : ApiKeys.read(terminal.path(keys));
    warnIfOpen();
    try (var server = UnrollServer.start(ServerOptions.DEFAULT.at(host, port)
        .limits(limits.limits()).batch(batch, Duration.ofNanos(1_000L * batchWait))
        .times(Duration.ofSeconds(sequenceIdle), Duration.ofSeconds(1), Duration.ofSeconds(grace))
        .access(tlsFiles(), known).allowHosts(Set.copyOf(allowedHosts))
        .logs(accessOutput(), this::log), places);
        var interruption = Interruption.listen(() -> end(server))) {
      terminal.println("serving at http%s://%s:%d; Ctrl-C ends it".formatted(
          tls == null ? "" : "s", host.contains(":") ? "[" + host + "]" : host, server.port()));
      server.awaitEnd();
      // Ended as it should be; only the signal of a person's Ctrl-C is no success.
      return interruption.exitCode() == 128 + 15 ? 0 : interruption.exitCode();
    }
  }

  private void end(UnrollServer server) {
    log("finishing what runs");
    log(server.end() ? "ended" : "ended before all was finished, as --grace was over");
  }

  private @Nullable TlsFiles tlsFiles() {
    return tls == null ? null
        : new TlsFiles(terminal.path(tls.certificate), terminal.path(tls.key),
            tls.clients == null ? null : terminal.path(tls.clients));
  }

  private @Nullable OutputStream accessOutput() throws IOException {
    if (accessLog == null) {
      return null;
    }
    return accessLog.equals("-") ? new FileOutputStream(FileDescriptor.out)
        : Files.newOutputStream(terminal.path(Path.of(accessLog)), StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
  }

  private void warnIfOpen() throws UnknownHostException {
    if (keys == null && (tls == null || tls.clients == null)
        && !InetAddress.getByName(host).isLoopbackAddress()) {
      log("everybody who can reach %s may use the models; --key-file or --tls-clients keep others"
          .formatted(host) + " out");
    }
  }

  private synchronized void log(String sentence) {
    terminal.err().println("unroll: " + sentence);
    terminal.err().flush();
  }
}
