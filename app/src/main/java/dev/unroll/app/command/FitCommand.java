package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.Announcement;
import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.ExampleReader;
import dev.unroll.app.data.ExampleSource;
import dev.unroll.app.data.StructureOptions;
import dev.unroll.app.data.TextSource;
import dev.unroll.app.run.ExampleDescription;
import dev.unroll.app.run.Footprint;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.RateTrial;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.RunOptions;
import dev.unroll.app.run.TrainingJob;
import dev.unroll.app.run.TrainingRun;
import dev.unroll.app.run.live.Watched;
import dev.unroll.app.settings.Choices;
import dev.unroll.app.settings.KeepOptions;
import dev.unroll.app.settings.LearningOptions;
import dev.unroll.app.settings.ModelOptions;
import dev.unroll.app.settings.Preset;
import dev.unroll.app.settings.StackOptions;
import dev.unroll.app.settings.StructureChoice;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Architecture;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.Monitor;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `unroll fit`: trains any of the four structures on a file of examples.
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a model on examples: sequences or vectors with what is to be answered, a label, "
          + "numbers or a sequence. What is not given: lstm, one layer of 128, 20 epochs of "
          + "batches of 32, Adam at 0.003 along a cosine. Ctrl-C saves and says how to go on.",
      "",
      "FILE has an example a line, {\"input\": ..., \"target\": ...}, each a text, a number, or an "
          + "array"
          + " of texts, of numbers, or of rows of numbers, or is an array of them; or it is CSV,"
          + " TSV or Parquet with the columns input and target."
    },
    footer = {
      "",
      "Examples:",
      "  unroll fit names.jsonl --cell gru --hidden 64",
      "  unroll fit names.jsonl --structure vector-to-sequence --feeding first-step",
      "  unroll fit words.jsonl --structure encoder-decoder --target words --attention additive",
      "  unroll fit load.csv --input numbers --target numbers --loss 'quantile(0.1, 0.5, 0.9)'",
      "  unroll fit more.jsonl --from runs/names-1 --lr 0.0005",
      "  unroll fit --resume runs/names-1"
    })
public final class FitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The examples, JSON Lines, CSV, TSV or Parquet, by the name; plain or .gz.")
  private @Nullable String file;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description = "Begin with a trained model instead of initial values: a model file or the"
          + " folder of a run, also one of unroll import. It says the structure, layers, symbols,"
          + " labels and scaling.")
  private @Nullable Path from;

  @ArgGroup(validate = false, heading = "%nThe structure:%n")
  private StructureOptions structure = new StructureOptions();

  @ArgGroup(validate = false, heading = "%nThe model:%n")
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nThe layers:%n")
  private StackOptions layers = new StackOptions();

  @ArgGroup(validate = false, heading = "%nLearning:%n")
  private LearningOptions learning = new LearningOptions();

  @ArgGroup(validate = false, heading = "%nThe epoch that is kept:%n")
  private KeepOptions keep = new KeepOptions();

  @ArgGroup(validate = false, heading = "%nThe run:%n")
  private RunOptions run = new RunOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  public FitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    run.check();
    return run.resume == null ? start() : resume(terminal.path(run.resume));
  }

  private int start() throws IOException {
    if (file == null) {
      throw new IllegalArgumentException(
          "fit what? Give a file of examples, or --resume FOLDER; see unroll fit --help");
    }
    var name = new TextSource(file, "").name();
    NewRun.require(run, terminal, name);
    var choices = new Choices(Preset.EXAMPLES, model, learning);
    var recipe = choices.recipe(0);
    var begun = from == null ? null : Begun.of(terminal, from).ofExamples();
    ExampleData examples;
    Architecture architecture;
    if (begun == null) {
      examples =
          ExampleReader.of(terminal.folder(), file, structure, choices.batch(), learning.seed);
      CellChoice.remarked(terminal, choices.cell(terminal.folder()));
      architecture = new StructureChoice(choices, structure, layers)
          .architecture(terminal.folder(), examples);
    } else {
      begun.check(spec, terminal.folder());
      examples = ExampleReader.further(terminal.folder(), file, structure, choices.batch(),
          learning.seed, begun.file(), begun.from().toString());
      architecture = begun.architecture(learning.seed);
    }
    examples.requireSeveralLabels();
    var monitor = keep.monitor(examples);
    Footprint.requireParameters(recipe, architecture.parameterCount());
    try (var engine = Engine.of(run.threads);
        var place = NewRun.of(run, terminal, name)) {
      var folder = place.folder();
      var initialized = begun == null ? initialized(architecture, examples)
          : begun.model(learning.seed);
      var trainer = Trainer.of(initialized).recipe(recipe).engine(engine).monitor(monitor)
          .folder(folder).origin(examples.origin(monitor))
          .session(examples.trainBatches(), examples.validationBatches());
      var training = training(trainer, initialized, examples, monitor, engine);
      Footprint.require(training, examples);
      if (run.findRate) {
        return RateTrial.show(trainer::rangeTest, training.description().unit(), run, terminal);
      }
      return TrainingRun.start(training, place.folder(), engine, run, terminal);
    }
  }

  private Structure initialized(Architecture architecture, ExampleData examples) {
    try (var _ = Announcement.of(terminal, run.quiet,
        "drawing the initial values of %,d parameters …"
            .formatted(architecture.parameterCount()))) {
      var model = architecture.initialized();
      examples.silenceUnknown(model);
      return model;
    }
  }

  private int resume(Path folder) throws IOException {
    RunOptions.requireNoSettings(spec);
    if (file != null) {
      throw new IllegalArgumentException(
          "%s does not go with --resume, which has the examples of the run; give --resume alone"
              .formatted(file));
    }
    var checkpoint = RunFolder.requireCheckpoint(folder);
    try (var _ = RunFolder.lock(folder); var engine = Engine.of(run.threads)) {
      var stored = ModelFile.read(checkpoint);
      var given = ExampleSource.of(stored.provenance().object("data"));
      var examples = ExampleReader.again(terminal.folder(), given, stored);
      var data = stored.provenance().object("data");
      var monitor = KeepOptions.named(
          data.has(ExampleData.MONITOR) ? data.string(ExampleData.MONITOR) : "loss");
      var trainer = Trainer.of(stored.model()).engine(engine).folder(folder)
          .monitor(monitor)
          .resume(examples.trainBatches(), examples.validationBatches());
      var training = training(trainer, stored.model(), examples, monitor, engine);
      Footprint.require(training, examples);
      return TrainingRun.resume(training, folder, engine, run, terminal);
    }
  }

  private static TrainingJob training(TrainingSession trainer, Structure model, ExampleData data,
      Monitor monitor, Engine engine) {
    long bytes = trainer.bytes() + (long) Footprint.ofLayers(model, data)
        + Footprint.ofParameters(model.parameters().size())
        + Footprint.ofCopies(trainer.recipe(), model.parameters().size());
    return new TrainingJob("fit", trainer,
        new ExampleDescription(model, data, trainer.recipe(), monitor),
        bytes,
        () -> "", watched(model, data, engine));
  }

  /// A few short examples; null if there is none.
  private static @Nullable Watched watched(Structure model, ExampleData data, Engine engine) {
    return Watched.of(() -> Microscope.of(model, engine),
        Stream.concat(data.validation().stream(), data.train().stream()).toList());
  }
}
