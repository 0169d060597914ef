package dev.unroll.app.onnx;

import dev.unroll.app.console.Terminal;
import dev.unroll.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll onnx info`: what a model takes, gives, and is made of.
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints the inputs, outputs and operators of a model, which must be one that can"
        + " be run.")
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
    var loaded = OnnxModel.load(terminal.path(model));
    terminal.println("producer   %s".formatted(loaded.producer()));
    loaded.opsets().forEach((domain, version) -> terminal.println(
        "opset      %d%s".formatted(version, domain.isEmpty() ? "" : " of " + domain)));
    loaded.inputs().forEach(input -> terminal.println("input      " + input));
    loaded.outputs().forEach(output -> terminal.println("output     " + output));
    terminal.println("operators  " + loaded.operators().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", ")));
    loaded.metadata().forEach(
        (key, value) -> terminal.println("metadata   %s = %s".formatted(key, value)));
    terminal.flush();
    return 0;
  }
}
