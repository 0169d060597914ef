package dev.unroll.app.export;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.export.ExportFormat.Choices;
import dev.unroll.app.run.RunFolder;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll export`: a trained model in the format of other programs.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Writes a trained model in the format of other programs, and prints what it reads and puts"
          + " out, and what it leaves to them, such as cutting texts into symbols.",
      "With onnx, a model that writes sequences becomes two files, FILE.encoder.onnx and "
          + "FILE.decoder.onnx."
    },
    footer = {
      "",
      "Examples:",
      "  unroll export --to onnx",
      "  unroll export runs/reviews --to onnx reviews.onnx",
      "  unroll export runs/shakespeare --to onnx step.onnx --states --opset 18"
    })
public final class ExportCommand implements Callable<Integer> {
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
      description = {
        "The file to write. Default, beside the model:",
        "onnx: model.onnx",
        "pytorch: pytorch.safetensors, and pytorch.py",
        "keras: model.keras",
        "tensorboard: a file in the folder tensorboard of the run"
      })
  private @Nullable Path file;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = ExportFormats.class,
      description = "The format: ${COMPLETION-CANDIDATES}; or tensorboard, for the events of its "
          + "training.")
  private String format = "";

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "The version of ONNX's operators, 13 to 22. Default: 17.")
  private @Nullable Integer opset;

  @Option(
      names = "--states",
      description = "Have states as inputs and outputs, to read a sequence in parts.")
  private boolean states;

  @Option(
      names = "--no-lengths",
      description = "Have no input for the lengths of sequences: those of a batch have one length.")
  private boolean withoutLengths;

  public ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (format.equals(TensorBoardEvents.WORD)) {
      return events(RunFolder.model(terminal.folder(), model));
    }
    var to = ExportFormats.of(format);
    var path = RunFolder.model(terminal.folder(), model);
    var target = file == null ? path.resolveSibling(to.fileName()) : terminal.path(file);
    FiniteModel.requireOurs(path);
    var read = ModelFile.read(path);
    for (var written : to.files(read, target)) {
      WrittenFile.requireOther(written, path, "the model that is exported");
      RunFolder.requireNoPart(path, written);
      to.requireOwn(written);
    }
    to.write(read, target, new Choices(opset, states, withoutLengths)).forEach(terminal::println);
    terminal.flush();
    return 0;
  }

  private int events(Path path) throws IOException {
    new Choices(opset, states, withoutLengths).requireNone(format);
    if (file != null) {
      throw new IllegalArgumentException("--to tensorboard writes into the folder of the run; leave"
          + " %s out".formatted(file));
    }
    terminal.println("%s; open it with: tensorboard --logdir %s"
        .formatted(TensorBoardEvents.write(path), path.resolveSibling("")));
    return 0;
  }
}
