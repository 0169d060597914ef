package dev.unroll.app.onnx;

import dev.unroll.app.Main;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.format.file.Printable;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll onnx test`: runs test folders as ONNX has them.
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model on test data in the layout of ONNX (model.onnx, and in each test_data_set_N"
          + " input_K.pb and output_K.pb), and says for each data set whether all outputs are as"
          + " expected, with the largest difference. Of a folder of such folders, all are run.",
      "",
      "A number passes if |found - expected| <= atol + rtol |expected|. The exit code is 0 if all"
          + " pass, and 2 if not."
    })
final class OnnxTestCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FOLDER", description = "A test, or a folder of tests.")
  private Path folder;

  @Option(
      names = "--rtol",
      defaultValue = "1e-3",
      description = "The difference allowed, relative to the expected number (${DEFAULT-VALUE}).")
  private double relative;

  @Option(
      names = "--atol",
      defaultValue = "1e-6",
      description = "The difference allowed whatever the number (${DEFAULT-VALUE}).")
  private double absolute;

  OnnxTestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var tests = tests(terminal.path(folder));
    int failed = 0;
    int all = 0;
    for (var test : tests) {
      for (var data : dataSets(test)) {
        all++;
        var verdict = verdict(test.resolve("model.onnx"), data);
        failed += verdict.startsWith("pass") ? 0 : 1;
        terminal.println(Printable.of(
            "%s/%s: %s".formatted(test.getFileName(), data.getFileName(), verdict)));
      }
    }
    terminal.println("%d of %d passed".formatted(all - failed, all));
    terminal.flush();
    return failed == 0 ? 0 : Main.FAILED;
  }

  private static List<Path> tests(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve("model.onnx"))) {
      return List.of(folder);
    }
    try (var files = Files.list(folder)) {
      var tests = files.filter(test -> Files.isRegularFile(test.resolve("model.onnx"))).sorted()
          .toList();
      if (tests.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has no model.onnx, and none of its folders has; give a folder of a test"
                .formatted(folder));
      }
      return tests;
    }
  }

  private static List<Path> dataSets(Path test) throws IOException {
    try (var files = Files.list(test)) {
      var sets = files.filter(
          set -> Files.isDirectory(set) && set.getFileName().toString().startsWith("test_data_set"))
          .sorted().toList();
      if (sets.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has no test_data_set_0; without data there is nothing to test".formatted(test));
      }
      return sets;
    }
  }

  private String verdict(Path file, Path data) {
    try {
      var model = OnnxModel.load(file);
      var inputs = new LinkedHashMap<String, OnnxTensor>();
      int k = 0;
      for (var input : model.inputs()) {
        var given = data.resolve("input_%d.pb".formatted(k++));
        if (Files.exists(given) || !input.isOptional()) {
          inputs.put(input.name(), OnnxTensor.read(given));
        }
      }
      double largest = 0;
      k = 0;
      for (var output : model.run(inputs).entrySet()) {
        var expected = OnnxTensor.read(data.resolve("output_%d.pb".formatted(k++)));
        var found = output.getValue();
        if (!found.type().equals(expected.type())
            || !Arrays.equals(found.shape(), expected.shape())) {
          return "FAIL, output %s is %s, expected %s".formatted(output.getKey(), found, expected);
        }
        if (found.type().equals("string")) {
          if (!Arrays.equals(found.strings(), expected.strings())) {
            return "FAIL, the texts of output %s differ".formatted(output.getKey());
          }
          continue;
        }
        var difference = Difference.of(found.doubles(), expected.doubles(), relative, absolute);
        if (!difference.isAllowed()) {
          return String.format(Locale.ROOT, "FAIL, output %s, largest difference %.2e",
              output.getKey(), difference.largest());
        }
        largest = Math.max(largest, difference.largest());
      }
      return String.format(Locale.ROOT, "pass, largest difference %.2e", largest);
    } catch (IOException | IllegalArgumentException e) {
      return "FAIL, " + Failure.sentence(e);
    }
  }

  /// The largest difference, and whether all are small enough; NaN equals NaN alone.
  private record Difference(double largest, boolean isAllowed) {

    static Difference of(double[] found, double[] expected, double relative, double absolute) {
      double largest = 0;
      boolean allowed = true;
      for (int i = 0; i < found.length; i++) {
        boolean same = Double.isNaN(expected[i]) ? Double.isNaN(found[i])
            : found[i] == expected[i];
        double difference = same ? 0 : Math.abs(found[i] - expected[i]);
        allowed &= difference <= absolute + relative * Math.abs(expected[i]);
        largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
      }
      return new Difference(largest, allowed);
    }
  }
}
