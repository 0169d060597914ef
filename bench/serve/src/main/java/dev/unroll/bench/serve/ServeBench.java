package dev.unroll.bench.serve;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.http.HttpFront;
import dev.unroll.server.model.ModelSetting;
import dev.unroll.server.model.ServedFile;
import dev.unroll.server.model.ServedModel;
import dev.unroll.server.model.Stepping;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.ServerLimits;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.repository.ModelVersion;
import dev.unroll.server.sequence.SequenceTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Serves an LSTM of 64 units, which reads 8 numbers a step, until it is killed.
final class ServeBench {
  private static final int FEATURES = 8;
  private static final int HIDDEN = 64;
  private static final String TEXT =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,;:'!?-&3\n";

  private ServeBench() {}

  /// Serves.
  ///
  /// @param words `unroll`, `onnxruntime` or `none`, and the port
  public static void main(String... words) throws Exception {
    int port = Integer.parseInt(words[1]);
    var limits = ServerLimits.DEFAULT;
    var metrics = new ServerMetrics();
    var compute = new ComputeThreads(Runtime.getRuntime().availableProcessors());
    var repository = new ModelRepository();
    var setting = new ModelSetting(limits.steps(), 256, Long.MAX_VALUE, Duration.ZERO, compute,
        n -> metrics.stepped("lstm", n), metrics::read);
    var lstm = SequenceToSequence.of(Inputs.features(FEATURES),
        RecurrentStack.of(Lstm.cell(), HIDDEN), Outputs.numbers(1));
    var served = served(lstm, setting);
    var steps = requireNonNull(served.steps());
    put(repository, "lstm", switch (words[0]) {
      case "unroll" -> served;
      case "onnxruntime" -> with(served, new OnnxRuntimeSteps(steps, onnx(lstm), HIDDEN));
      case "none" -> with(served, new NoSteps(steps));
      default -> throw new IllegalArgumentException("unroll, onnxruntime or none");
    });
    put(repository, "text", served(LanguageModel.of(TEXT, RecurrentStack.of(Lstm.cell(), 128)),
        setting));
    steps.warm();
    var deadlines = new Deadlines(limits.patience());
    var front = HttpFront.start(new HttpFront.Address("127.0.0.1", port, null),
        new HttpFront.Parts(repository, compute, metrics, deadlines,
            new BodyMemory(Runtime.getRuntime().maxMemory(), limits.body()), null, null,
            System.err::println, "bench"),
        limits, Duration.ofSeconds(1));
    System.out.println("ready " + front.port());
    while (true) {
      Thread.sleep(5_000);
      deadlines.closeLate();
    }
  }

  private static ServedModel served(SequenceToSequence model, ModelSetting setting)
      throws Exception {
    var file = Files.createTempFile("bench", ".safetensors");
    model.save(file);
    var served = ServedFile.of(Files.readAllBytes(file), "bench", setting);
    Files.delete(file);
    return served;
  }

  private static byte[] onnx(SequenceToSequence model) throws Exception {
    Path file = Files.createTempFile("bench", ".onnx");
    OnnxExport.of(model).withStates().write(file);
    var bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static ServedModel with(ServedModel model, Stepping steps) {
    return new ServedModel(model.kind(), model.platform(), model.inputs(), model.outputs(),
        model.whole(), steps, null, null);
  }

  private static void put(ModelRepository repository, String name, ServedModel model) {
    repository.put(new ModelVersion(name, "1", model,
        new SequenceTable(100_000, Duration.ofHours(1))));
  }
}
