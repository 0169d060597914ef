package dev.unroll.app;

import static java.util.Objects.requireNonNull;

import dev.unroll.app.bench.BenchCommand;
import dev.unroll.app.command.CellsCommand;
import dev.unroll.app.command.EvaluateCommand;
import dev.unroll.app.command.FitCommand;
import dev.unroll.app.command.GenerateCommand;
import dev.unroll.app.command.InfoCommand;
import dev.unroll.app.command.PredictCommand;
import dev.unroll.app.command.ReproduceCommand;
import dev.unroll.app.command.TrainCommand;
import dev.unroll.app.command.XrayCommand;
import dev.unroll.app.command.task.DetectCommand;
import dev.unroll.app.command.task.ForecastCommand;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.FileNames;
import dev.unroll.app.console.IncubatorNotice;
import dev.unroll.app.console.LostOutput;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.QuietLogging;
import dev.unroll.app.console.Repetition;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.exchange.ImportCommand;
import dev.unroll.app.export.ExportCommand;
import dev.unroll.app.export.QuantizeCommand;
import dev.unroll.app.onnx.OnnxCommand;
import dev.unroll.app.serve.ServeCommand;
import dev.unroll.app.studio.StudioCommand;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `unroll`.
@Command(
    name = "unroll",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Recurrent networks for the JVM, written as their equations.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A first run:",
      "  unroll train shakespeare      some five minutes on two cores",
      "  unroll generate               text from the newest run",
      "  unroll fit examples.jsonl     a model of your own examples; unroll predict uses it",
      "From a file of your own to a predictor:",
      "  unroll train classify reviews.csv                texts or numbers over time into classes",
      "  unroll train tag train.conll                     names or parts of speech in sentences",
      "  unroll train forecast load.csv --horizon 24      what comes next, with quantiles",
      "  unroll train transduce words.tsv                 texts into texts",
      "  unroll train detect cpu.csv                      odd values of a series",
      "",
      "And:",
      "  unroll cells lstm             the equations that were trained",
      "  unroll xray                   where its gradient goes, and what its gates do",
      "  unroll import lstm.pt         a model that PyTorch has trained",
      "  unroll export --to onnx       the model for other programs",
      "  unroll quantize               the same model in a quarter of the bytes",
      "  unroll serve runs/NAME-1      the model over HTTP, for other programs",
      "  unroll bench                  how fast it is on this machine",
      "  unroll reproduce              published results that can be run again",
      "  unroll studio                 a page to watch trainings and play with models",
      "",
      "unroll COMMAND --help explains a command."
    })
public final class Main implements Runnable {
  /// The exit code of expected errors.
  public static final int FAILED = 2;

  /// The exit code of a bug in this program.
  private static final int BROKEN = 1;

  private static final String DEBUG = "--debug";

  /// The factory of each command, by name, in the order of the help.
  private static final Map<String, Function<Terminal, Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("train", TrainCommand::line);
    COMMANDS.put("generate", GenerateCommand::new);
    COMMANDS.put("fit", FitCommand::new);
    COMMANDS.put("predict", PredictCommand::new);
    COMMANDS.put("forecast", ForecastCommand::new);
    COMMANDS.put("detect", DetectCommand::new);
    COMMANDS.put("evaluate", EvaluateCommand::new);
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("cells", CellsCommand::new);
    COMMANDS.put("info", InfoCommand::new);
    COMMANDS.put("onnx", OnnxCommand::line);
    COMMANDS.put("import", ImportCommand::new);
    COMMANDS.put("export", ExportCommand::new);
    COMMANDS.put("quantize", QuantizeCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
    COMMANDS.put("xray", XrayCommand::new);
    COMMANDS.put("reproduce", ReproduceCommand::new);
    COMMANDS.put("studio", StudioCommand::new);
  }

  private final Terminal terminal;

  @Option(
      names = DEBUG,
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error arose.")
  @SuppressWarnings("UnusedVariable") // looked up in the arguments, which may be invalid
  private boolean debug;

  @Spec
  private CommandSpec spec;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The exit code if the reader of the output has ended: that of programs that the signal SIGPIPE
  /// ends.
  private static final int READER_LEFT = 141;

  /// Runs a command and ends the process with its exit code: 0, 2 if something went wrong, 130
  /// after Ctrl-C, 141 if the reader of the output has ended.
  public static void main(String[] args) {
    QuietLogging.begin();
    IncubatorNotice.erase();
    var terminal = Terminal.ofProcess();
    var lost = FileNames.firstLost(args);
    System.exit(lost == null ? run(terminal, args)
        : fail(terminal, lost, new IllegalArgumentException(lost), args));
  }

  /// Runs a command.
  ///
  /// @return the exit code
  public static int run(Terminal terminal, String... args) {
    // The output is the same everywhere, in a form that can be used as input again.
    Locale.setDefault(Locale.ROOT);
    var line = commandLine(terminal, args);
    line.setParameterExceptionHandler((e, _) -> fail(terminal, Failure.sentence(e), e, args));
    line.setExecutionStrategy(new Repetition());
    line.setExecutionExceptionHandler((e, _, _) -> fail(terminal, e, args));
    try {
      int exitCode = line.execute(args);
      terminal.flush();
      return exitCode;
    } catch (OutOfMemoryError | LostOutput e) {
      return fail(terminal, e, args);
    }
  }

  /// The command line with the called command, or with all if it is not the first word: reading the
  /// annotations of all options of all commands takes a tenth of a second of each start.
  private static CommandLine commandLine(Terminal terminal, String[] args) {
    var line = new CommandLine(new Main(terminal));
    var called = args.length > 0 && COMMANDS.containsKey(args[0])
        ? List.of(args[0])
        : commands();
    called.forEach(
        name -> line.addSubcommand(name, requireNonNull(COMMANDS.get(name)).apply(terminal)));
    line.setOut(terminal.out()).setErr(terminal.err());
    line.setUsageHelpWidth(96);
    OptionValues.register(line);
    return line;
  }

  /// The names of the commands, in the order of the help.
  public static List<String> commands() {
    return List.copyOf(COMMANDS.keySet());
  }

  private static int fail(Terminal terminal, Throwable e, String[] args) {
    if (e instanceof LostOutput lost && lost.readerLeft()) {
      return READER_LEFT;
    }
    if (Failure.isExpected(e)) {
      return fail(terminal, Failure.sentence(e), e, args);
    }
    fail(terminal, "%s; this is a mistake in Unroll, please report it with the output of %s"
        .formatted(e, DEBUG), e, args);
    return BROKEN;
  }

  private static int fail(Terminal terminal, String sentence, Throwable e, String[] args) {
    try {
      terminal.out().flush();
    } catch (LostOutput _) {
      // The first error is the one that is reported.
    }
    terminal.err().println("unroll: " + Failure.ended(sentence));
    if (Arrays.asList(args).contains(DEBUG)) {
      e.printStackTrace(terminal.err());
    }
    terminal.err().flush();
    return FAILED;
  }

  /// Without a command, prints the help.
  @Override
  public void run() {
    spec.commandLine().usage(terminal.out());
  }
}
