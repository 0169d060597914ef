package dev.unroll.app.onnx;

import dev.unroll.app.console.Terminal;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll onnx run`: runs a model once on arrays from files.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs a model on arrays of NumPy (.npy) or tensors of ONNX (.pb), and writes each"
        + " output as an array of NumPy.")
final class OnnxRunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE",
      description = "A file for an input; once for each input.")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the outputs are written, a file NAME.npy each; without it they are only"
          + " described.")
  private Path folder;

  OnnxRunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var loaded = OnnxModel.load(terminal.path(model));
    var given = new LinkedHashMap<String, OnnxTensor>();
    for (var input : inputs.entrySet()) {
      given.put(input.getKey(), OnnxTensor.read(terminal.path(input.getValue())));
    }
    var outputs = loaded.run(given);
    for (var output : outputs.entrySet()) {
      terminal.println("%s %s".formatted(output.getKey(), output.getValue()));
    }
    if (folder != null) {
      var to = terminal.path(folder);
      Files.createDirectories(to);
      for (var output : outputs.entrySet()) {
        output.getValue().write(to.resolve(fileName(output.getKey())));
      }
    }
    terminal.flush();
    return 0;
  }

  /// Names of outputs may have slashes and worse; the file lies in the folder whatever they are.
  static String fileName(String output) {
    return output.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^\\.+", "_") + ".npy";
  }
}
