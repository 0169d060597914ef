package dev.unroll.app.onnx;

import dev.unroll.app.console.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `unroll onnx`: looks at ONNX models, runs and tests them.
@Command(
    name = "onnx",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Looks at models in ONNX files, runs and tests them. RNN, GRU and LSTM run as cells of this"
          + " library, with all that ONNX lets them be."
    },
    footer = {
      "",
      "Examples:",
      "  unroll onnx info model.onnx",
      "  unroll onnx run model.onnx --input x=x.npy --output results",
      "  unroll onnx test test_lstm_defaults"
    })
public final class OnnxCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  private OnnxCommand() {}

  /// The command with its own commands.
  public static CommandLine line(Terminal terminal) {
    var line = new CommandLine(new OnnxCommand());
    line.addSubcommand(new OnnxInfoCommand(terminal));
    line.addSubcommand(new OnnxRunCommand(terminal));
    line.addSubcommand(new OnnxTestCommand(terminal));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say info, run or test");
  }
}
