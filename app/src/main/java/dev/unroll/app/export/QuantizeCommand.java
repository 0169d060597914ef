package dev.unroll.app.export;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.run.RunFolder;
import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import dev.unroll.tensor.Precision;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll quantize`: a model with smaller weights.
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Writes a trained model with its weight matrices in half or a quarter of the bytes, and"
          + " prints both sizes. Every command and call that uses a model takes it, except those"
          + " that train. Single steps of large models become up to three times as fast.",
      "To see what it costs, give both files to unroll evaluate."
    },
    footer = {
      "",
      "Examples:",
      "  unroll quantize",
      "  unroll quantize runs/reviews --precision bfloat16 reviews.safetensors"
    })
public final class QuantizeCommand implements Callable<Integer> {
  private static final String ENDING = ".safetensors";

  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to write. Default, beside the model: int8.safetensors for the model "
          + "of a run, NAME.int8.safetensors for NAME.safetensors.")
  private @Nullable Path file;

  @Option(
      names = "--precision",
      paramLabel = "P",
      completionCandidates = Precisions.class,
      description = {
        "int8: 8 bits and a scale for each row. Default.",
        "bfloat16: the upper 16 bits of a float."
      })
  private String precision = Precision.INT8.toString();

  /// What may be chosen.
  static final class Precisions implements Iterable<String> {
    private static final List<String> ALL =
        List.of(Precision.INT8.toString(), Precision.BFLOAT16.toString());

    @Override
    public Iterator<String> iterator() {
      return ALL.iterator();
    }
  }

  public QuantizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!Precisions.ALL.contains(precision.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "--precision %s: expected int8 or bfloat16".formatted(precision));
    }
    var to = Precision.of(precision);
    var path = RunFolder.model(terminal.folder(), model);
    if (file != null && file.toString().isBlank()) {
      throw new IllegalArgumentException("FILE is empty; give the name of the file to write");
    }
    if (OnnxNetwork.isOnnx(path)) {
      throw new FormatException(("%s is an ONNX model, whose weights become smaller when it is "
          + "loaded: unroll onnx run --weights %s, or OnnxModel.load(file, engine, Precision.%s)")
          .formatted(path, to, to.name()));
    }
    var read = ModelFile.read(path);
    var content = read.withWeights(to);
    var target = file == null ? path.resolveSibling(name(path, to)) : terminal.path(file);
    WrittenFile.requireOther(target, path, "the model that is quantized");
    RunFolder.requireNoPart(path, target);
    requireOwn(target, read);
    content.write(target);
    long before = bytes(path, read);
    long after = Files.size(target);
    terminal.println("%s, %,d bytes, %s: %.0f %% of %s".formatted(target, after, to,
        100.0 * after / before, path));
    if (isCheckpoint(path)) {
      terminal.println("note: this is the model of a training that has not ended, or failed, as it "
          + "was at its last checkpoint, which holds more than the model: %,d bytes"
              .formatted(Files.size(path)));
    }
    terminal.flush();
    return 0;
  }

  private static boolean isCheckpoint(Path path) {
    return String.valueOf(path.getFileName()).equals(TrainingSession.CHECKPOINT);
  }

  /// The bytes of the model alone: a checkpoint has the state of its optimizer besides.
  private static long bytes(Path path, ModelFile model) throws IOException {
    return isCheckpoint(path) ? model.withWeights(Precision.FLOAT32).bytes().length
        : Files.size(path);
  }

  /// Those of several models in a folder have several names.
  private static String name(Path model, Precision to) {
    var name = String.valueOf(model.getFileName());
    return name.equals(TrainingSession.MODEL) ? to + ENDING
        : (name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name) + "."
            + to + ENDING;
  }

  /// Only what an earlier call has made of the same model is replaced.
  private static void requireOwn(Path target, ModelFile model) throws IOException {
    if (Files.exists(target) && !isOf(target, model)) {
      throw new IllegalArgumentException(
          "%s is there already and was not made of this model; choose another file to write"
              .formatted(target));
    }
  }

  private static boolean isOf(Path file, ModelFile model) throws IOException {
    try {
      var there = ModelFile.read(file);
      var metadata = new LinkedHashMap<>(there.metadata());
      metadata.remove(ModelFile.WEIGHTS);
      return there.model().parameters().precision() != Precision.FLOAT32
          && metadata.equals(model.metadata());
    } catch (FormatException _) {
      return false;
    }
  }
}
