package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.command.task.ClassifyCommand;
import dev.unroll.app.command.task.TaskTraining;
import dev.unroll.app.command.task.TrainDetectCommand;
import dev.unroll.app.command.task.TrainForecastCommand;
import dev.unroll.app.command.task.TrainTagCommand;
import dev.unroll.app.command.task.TrainTransduceCommand;
import dev.unroll.app.console.Announcement;
import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OfTheModel;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.TextSource;
import dev.unroll.app.run.Footprint;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.RateTrial;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.RunOptions;
import dev.unroll.app.run.Sample;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.run.TextDescription;
import dev.unroll.app.run.TrainingJob;
import dev.unroll.app.run.TrainingRun;
import dev.unroll.app.run.live.Watched;
import dev.unroll.app.settings.Choices;
import dev.unroll.app.settings.LearningOptions;
import dev.unroll.app.settings.ModelOptions;
import dev.unroll.app.settings.Preset;
import dev.unroll.app.settings.StackOptions;
import dev.unroll.app.settings.TextOptions;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.format.FormatException;
import dev.unroll.inspect.Microscope;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingSession;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.text.TextCoding;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `unroll train`: starts or resumes a training.
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a language model on the characters, bytes or subwords of a text, or a task on a "
          + "file: classify, tag, forecast, transduce, detect. Of a text nine tenths are to learn "
          + "from, the last tenth validates. Ctrl-C saves and says how to go on.",
      "",
      "Other tasks are commands of their own: unroll train classify DATA; see unroll train TASK "
          + "--help."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train shakespeare",
      "  unroll train shakespeare --cell gru --hidden 384 --epochs 15",
      "  unroll train shakespeare --cell my.cell --init bf=2",
      "  unroll train text --data novel.txt --out runs/novel",
      "  unroll train text --data novels --tokens subword",
      "  unroll train text --data novel.txt --from runs/shakespeare-1 --lr 0.0003",
      "  unroll train classify reviews.csv --text review --label sentiment",
      "  unroll train --resume runs/shakespeare-1",
      "  unroll train --resume runs/classify-1"
    })
public final class TrainCommand implements Callable<Integer> {
  private static final String TEXT = "text";

  private final Terminal terminal;

  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "WHAT",
      description = "shakespeare: the text that comes with Unroll; text: a file, given by --data.")
  private @Nullable String what;

  @Option(
      names = "--data",
      paramLabel = "FILE|FOLDER",
      description = "The text to learn, in UTF-8, or a folder of texts.")
  private @Nullable String data;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description = "Begin with a trained language model instead of initial values: a model file or"
          + " the folder of a run, also one of unroll import. It says the layers and the symbols.")
  private @Nullable Path from;

  @OfTheModel
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Settings to begin with, see below; not with --from. Default: "
          + "${DEFAULT-VALUE}.")
  private String preset = "default";

  @ArgGroup(validate = false, heading = "%nThe model:%n")
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nThe layers:%n")
  private StackOptions layers = new StackOptions();

  @ArgGroup(validate = false, heading = "%nLearning:%n")
  private LearningOptions learning = new LearningOptions();

  @ArgGroup(validate = false, heading = "%nThe text:%n")
  private TextOptions text = new TextOptions();

  @ArgGroup(validate = false, heading = "%nThe run:%n")
  private RunOptions run = new RunOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The command with the settings of the presets in its help.
  public static CommandLine line(Terminal terminal) {
    var line = new CommandLine(new TrainCommand(terminal));
    line.addSubcommand(new ClassifyCommand(terminal));
    line.addSubcommand(new TrainTagCommand(terminal));
    line.addSubcommand(new TrainForecastCommand(terminal));
    line.addSubcommand(new TrainDetectCommand(terminal));
    line.addSubcommand(new TrainTransduceCommand(terminal));
    var usage = line.getCommandSpec().usageMessage();
    var footer = new ArrayList<>(List.of("", "The presets:"));
    footer.addAll(Preset.table());
    footer.addAll(List.of(usage.footer()));
    usage.footer(footer.toArray(String[]::new));
    return line;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    run.check();
    OptionValues.inRange("--sample", text.sample, 0, 1_000_000);
    return run.resume == null ? start() : resume(terminal.path(run.resume));
  }

  private int start() throws IOException {
    var source = source();
    var begun = begun();
    NewRun.require(run, terminal, source.name());
    var choices = new Choices(Preset.of(preset), model, learning);
    int batch = choices.batch();
    int time = choices.time(text);
    OptionValues.inRange("--merges", text.merges, 0, 1_000_000);
    var task = checked(begun == null
        ? TextTask.of(source.source(), source.text(), text.tokens, text.merges)
        : TextTask.of(source.source(), source.text(), TextCoding.of(begun.file())));
    var recipe = recipe(choices.recipe(Choices.recompute(text.recompute, time)), task);
    requireLength(task, batch, time);
    SequenceToSequence.Parts architecture;
    if (begun == null) {
      CellChoice.remarked(terminal, choices.cell(terminal.folder()));
      architecture = choices.languageModel(terminal.folder(), task.tokens(), layers, text);
    } else {
      architecture = begun.file().languageModel().architecture().seed(learning.seed);
    }
    Footprint.require(architecture, batch, time, recipe);
    try (var engine = Engine.of(run.threads);
        var place = NewRun.of(run, terminal, source.name())) {
      var folder = place.folder();
      var model = begun == null ? initialized(architecture, task)
          : architecture.of(ParameterSource.startOf(begun.file().model()));
      var trainer = Trainer.of(model).recipe(recipe).engine(engine)
          .folder(folder).origin(new Origin(task.data(batch, time)))
          .session(task.batches(batch, time), task.validationBatches());
      var training = training(trainer, model, task, engine);
      if (run.findRate) {
        return RateTrial.show(
            trainer::rangeTest, training.description().unit(), run, terminal);
      }
      return TrainingRun.start(training, folder, engine, run, terminal);
    }
  }

  /// The model to begin with; null to begin with initial values.
  private @Nullable Begun begun() throws IOException {
    if (from == null) {
      return null;
    }
    var begun = Begun.of(terminal, from);
    begun.file().languageModel();
    begun.check(spec, terminal.folder());
    return begun;
  }

  /// A text has fewer subwords than characters, and so fewer steps an epoch: more epochs, unless
  /// they were given.
  private Recipe recipe(Recipe chosen, TextTask task) {
    double shorter = (double) task.size().characters() / task.size().symbols();
    return learning.epochs != null || task.coding().unit() != TextCoding.Unit.SUBWORD ? chosen
        : chosen.epochs((int) Math.max(1, Math.round(chosen.epochs() * shorter)));
  }

  private SequenceToSequence initialized(SequenceToSequence.Parts architecture,
      TextTask task) {
    try (var _ = Announcement.of(terminal, run.quiet,
        "drawing the initial values of %,d parameters …"
            .formatted(architecture.parameterCount()))) {
      var model = architecture.initialized();
      task.silenceAbsent(model);
      return model;
    }
  }

  /// Goes on with a task by the command that its folder holds.
  private int resumeTask(Path folder) throws IOException {
    RunOptions.requireNoSettings(spec);
    if (what != null) {
      throw new IllegalArgumentException(
          "%s does not go with --resume, which has the settings of the run; give --resume alone"
              .formatted(what));
    }
    var stored = StoredCommand.read(folder);
    var at = stored.at(terminal);
    stored.requireSameData(at, folder);
    var line = line(at);
    OptionValues.register(line);
    var parsed = line.parseArgs(stored.args().toArray(String[]::new));
    if (!parsed.hasSubcommand()
        || !(parsed.subcommand().commandSpec().userObject() instanceof TaskTraining training)) {
      throw new FormatException("%s does not hold the command of a task; start the run anew"
          .formatted(folder.resolve(StoredCommand.FILE)));
    }
    boolean threads = spec.commandLine().getParseResult().hasMatchedOption("--threads");
    return training.resume(folder, threads ? run.threads : null, run.quiet);
  }

  private int resume(Path folder) throws IOException {
    if (StoredCommand.isIn(folder)) {
      return resumeTask(folder);
    }
    RunOptions.requireNoSettings(spec, "--data", "--sample");
    var file = RunFolder.requireCheckpoint(folder);
    try (var _ = RunFolder.lock(folder); var engine = Engine.of(run.threads)) {
      var stored = ModelFile.read(file);
      if (!(stored.model() instanceof SequenceToSequence model)
          || !model.architecture().carried()) {
        throw new IOException(
            "%s is the checkpoint of a run on examples; unroll fit --resume %s resumes it"
                .formatted(file, folder));
      }
      var source = source(stored);
      var coding = TextCoding.stored(stored);
      var task = checked(coding == null ? TextTask.of(source.source(), source.text())
          : TextTask.of(source.source(), source.text(), coding));
      var given = TextTask.Given.of(stored);
      given.requireSame(task, file.toString());
      var symbols = model.architecture().inputs().tokens();
      if (symbols != null && !symbols.toList().equals(task.tokens().toList())) {
        // It was begun with a model that has symbols of its own.
        task = TextTask.of(source.source(), source.text(), TextCoding.of(stored));
      }
      var trainer = Trainer.of(model).engine(engine).folder(folder)
          .resume(task.batches(given.batch(), given.time()), task.validationBatches());
      return TrainingRun.resume(
          training(trainer, model, task, engine), folder, engine, run, terminal);
    }
  }

  private TrainingJob training(
      TrainingSession trainer, SequenceToSequence model, TextTask task, Engine engine) {
    var batches = trainer.batches();
    var description = new TextDescription(
        task, model, batches.batchSize(), batches.longestInput(), trainer.recipe());
    // The layers are bound with the first batch, after this is printed.
    long bytes = (long) Footprint.bytes(model.architecture(), batches.batchSize(),
        batches.longestInput(), trainer.recipe().recompute())
        + Footprint.ofCopies(trainer.recipe(), model.parameters().size());
    return new TrainingJob("train", trainer, description, bytes,
        () -> Sample.of(model, task.coding(), engine, text.sample, task.validation()),
        new Watched(() -> Microscope.of(model, engine), watched(task.validation())));
  }

  /// A few pieces of a text, spread over it.
  private static List<Example> watched(int[] text) {
    int length = Math.min(text.length, Watched.STEPS + 1);
    int pieces = Math.clamp(text.length / length, 1, Watched.EXAMPLES);
    return IntStream.range(0, pieces).mapToObj(i -> {
      int from = (int) ((long) i * (text.length - length) / pieces);
      return Batches.next(Arrays.copyOfRange(text, from, from + length));
    }).toList();
  }

  private TextSource source() {
    var folder = terminal.folder();
    return switch (what) {
      case null ->
          throw new IllegalArgumentException(
              "train what? Give shakespeare, text with --data FILE, a task (classify DATA), or "
                  + "--resume FOLDER; see unroll train --help");
      case TextSource.SHAKESPEARE -> {
        if (data != null) {
          throw new IllegalArgumentException(
              "--data %s goes with text, not with shakespeare".formatted(data));
        }
        yield TextSource.shakespeare();
      }
      case TEXT -> {
        if (data == null) {
          throw new IllegalArgumentException(
              "train text needs --data FILE, the text to learn");
        }
        yield TextSource.file(folder, data);
      }
      default ->
          throw new IllegalArgumentException(
              ("'%s' is nothing to train on; expected shakespeare, text with --data FILE, or the "
                  + "name of a task: classify, tag, forecast, transduce, detect").formatted(what));
    };
  }

  /// The text of a checkpoint; `--data` gives its new place.
  private TextSource source(ModelFile checkpoint) throws IOException {
    var source = TextSource.trainedOn(checkpoint);
    if (what != null && what.equals(TextSource.SHAKESPEARE) != source.equals(what)) {
      throw new IllegalArgumentException(
          "the run was trained on %s; give --resume alone".formatted(source));
    }
    return data == null
        ? TextSource.of(terminal.folder(), source)
        : new TextSource(source, TextSource.file(terminal.folder(), data).text());
  }

  private static TextTask checked(TextTask task) {
    if (task.tokens().size() < 2) {
      throw new DataException(
          "%s has one kind of character only; there is nothing to learn from it"
              .formatted(task.source()));
    }
    return task;
  }

  private static void requireLength(TextTask task, int batch, int time) {
    long needed = (long) batch * time + 1;
    if (task.train().length < needed) {
      throw new DataException(
          ("the nine tenths of %s to learn from have %,d %s, but --batch %d and --time %d"
              + " need at least %,d; lower them, or bring a longer text").formatted(task.source(),
                  task.train().length, task.coding().unit().words(), batch, time, needed));
    }
    if (task.validation().length < 2) {
      throw new DataException(
          "the last tenth of %s, to validate, has %d %s, but 2 are needed;"
              .formatted(task.source(), task.validation().length, task.coding().unit().words())
              + " bring a longer text");
    }
  }
}
