package dev.unroll.app.export;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.run.RunFolder;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
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
      description = "The file to write. Default: int8.safetensors or bfloat16.safetensors beside "
          + "the model.")
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
    if (!Precisions.ALL.contains(precision)) {
      throw new IllegalArgumentException(
          "--precision %s: expected int8 or bfloat16".formatted(precision));
    }
    var to = Precision.of(precision);
    var path = RunFolder.model(terminal.folder(), model);
    var target = file == null ? path.resolveSibling(to + ".safetensors") : terminal.path(file);
    WrittenFile.requireOther(target, path, "the model that is quantized");
    RunFolder.requireNoPart(path, target);
    requireOwn(target);
    ModelFile.read(path).withWeights(to).write(target);
    long before = Files.size(path);
    long after = Files.size(target);
    terminal.println("%s, %,d bytes, %s: %.0f %% of %s".formatted(target, after, to,
        100.0 * after / before, path));
    terminal.flush();
    return 0;
  }

  /// Only what an earlier call has written is replaced.
  private static void requireOwn(Path target) throws IOException {
    if (Files.exists(target) && !isQuantized(target)) {
      throw new IllegalArgumentException(
          "%s is there already and is no model with small weights; choose another file to write"
              .formatted(target));
    }
  }

  private static boolean isQuantized(Path file) throws IOException {
    try {
      return ModelFile.read(file).model().parameters().precision() != Precision.FLOAT32;
    } catch (FormatException _) {
      return false;
    }
  }
}
