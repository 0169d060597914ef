package dev.unroll.app.onnx;

import dev.unroll.app.console.Terminal;
import dev.unroll.format.file.Printable;
import dev.unroll.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll onnx info`: what a model takes, gives, and is made of.
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints the inputs, outputs, states and operators of a model, and why it cannot "
        + "be"
        + " run if it cannot.")
final class OnnxInfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "An ONNX file.")
  private Path model;

  @Option(names = "--operators", description = "Print the operators that can be run instead.")
  private boolean operators;

  OnnxInfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (operators) {
      terminal.println(String.join(", ", OnnxModel.supportedOperators()));
      terminal.flush();
      return 0;
    }
    if (model == null) {
      throw new IllegalArgumentException("say which model, or --operators");
    }
    var about = OnnxModel.describe(terminal.path(model));
    println("producer   %s".formatted(about.producer()));
    about.opsets().forEach((domain, version) -> println(
        "opset      %d%s".formatted(version, domain.isEmpty() ? "" : " of " + domain)));
    about.inputs().forEach(input -> println("input      " + input));
    about.outputs().forEach(output -> println("output     " + output));
    about.states().forEach(
        (input, output) -> println("state      %s = %s".formatted(input, output)));
    println("operators  " + counted(about.operators()));
    if (!about.missing().isEmpty()) {
      println("missing    " + counted(about.missing()));
    }
    about.refusal().ifPresent(why -> println("cannot run " + why));
    about.metadata().forEach((key, value) -> {
      var lines = value.split("\\R", -1);
      println("metadata   %s = %s".formatted(key, lines[0]));
      Stream.of(lines).skip(1).forEach(line -> println("           " + line));
    });
    terminal.flush();
    return 0;
  }

  /// Names from files may have control characters.
  private void println(String line) {
    terminal.println(Printable.of(line));
  }

  private static String counted(Map<String, Integer> operators) {
    return operators.entrySet().stream().map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }
}
