package dev.unroll.app.onnx;

import static dev.unroll.exchange.checkpoint.CheckpointTensor.printable;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
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
  /// File systems allow 255 bytes.
  private static final int LONGEST = 200;

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
      description = "Where the outputs are written, a file NAME.npy each, all or none; without it "
          + "they"
          + " are only described.")
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
    var files = folder == null ? Map.<String, Path>of() : files(outputs.keySet());
    if (folder != null) {
      Files.createDirectories(terminal.path(folder));
      var arrays = new LinkedHashMap<Path, OnnxTensor>();
      outputs.forEach((name, array) -> arrays.put(files.get(name), array));
      OnnxTensor.write(arrays);
    }
    for (var output : outputs.entrySet()) {
      terminal.println(printable("%s %s%s".formatted(output.getKey(), output.getValue(),
          folder == null ? "" : ", in " + files.get(output.getKey()))));
    }
    terminal.flush();
    return 0;
  }

  /// The file of each output.
  private Map<String, Path> files(Collection<String> outputs) throws IOException {
    var files = new LinkedHashMap<String, Path>();
    for (var name : fileNames(outputs).entrySet()) {
      var file = terminal.path(folder).resolve(name.getValue());
      WrittenFile.requireOther(file, terminal.path(model), "the model");
      for (var input : inputs.entrySet()) {
        WrittenFile.requireOther(file, terminal.path(input.getValue()), "input " + input.getKey());
      }
      files.put(name.getKey(), file);
    }
    return files;
  }

  /// A file name for each output. Names of outputs may have slashes and worse; the file lies in the
  /// folder whatever they are. Those that would share a file, also where case does not tell names
  /// apart, are numbered; a name that can stay as it is goes first.
  static Map<String, String> fileNames(Collection<String> outputs) {
    var names = new HashMap<String, String>();
    var taken = new HashSet<String>();
    for (boolean asItIs : new boolean[] {true, false}) {
      for (var output : outputs) {
        var plain = output.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^\\.+", "_");
        if (plain.length() > LONGEST) {
          plain = plain.substring(0, LONGEST);
        }
        if (names.containsKey(output) || asItIs && !plain.equals(output)) {
          continue;
        }
        var name = plain;
        for (int n = 2; !taken.add(name.toLowerCase(Locale.ROOT)); n++) {
          name = plain + "-" + n;
        }
        names.put(output, name + ".npy");
      }
    }
    return names;
  }
}
