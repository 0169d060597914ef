package dev.unroll.app;

import dev.unroll.format.StructureFile;
import dev.unroll.kernel.Engine;
import dev.unroll.train.TextTraining;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `unroll fit`: any of the four structures on a file of examples.
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a model on examples: sequences or vectors with what is to be answered, a label, numbers or"
          + " a sequence. What is not given: lstm, one layer of 128, 20 epochs of batches of 32, Adam at"
          + " 0.003 along a cosine. Ctrl-C saves and says how to go on.",
      "",
      "FILE has an example a line, {\"input\": ..., \"target\": ...}, each a text, a number, or an array"
          + " of texts, of numbers, or of rows of numbers; or it is CSV with the columns input and"
          + " target."
    },
    footer = {
      "",
      "Examples:",
      "  unroll fit names.jsonl --cell gru --hidden 64",
      "  unroll fit names.jsonl --structure vector-to-sequence --feeding first-step",
      "  unroll fit words.jsonl --structure encoder-decoder --target words --attention additive",
      "  unroll fit load.csv --input numbers --target numbers --loss 'quantile(0.1, 0.5, 0.9)'",
      "  unroll fit --resume runs/names-1"
    })
final class FitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The examples, JSON Lines or CSV (.csv), plain or .gz.")
  private @Nullable String file;

  @ArgGroup(validate = false, heading = "%nThe structure:%n")
  private StructureOptions structure = new StructureOptions();

  @ArgGroup(validate = false, heading = "%nThe model:%n")
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nLearning:%n")
  private LearningOptions learning = new LearningOptions();

  @ArgGroup(validate = false, heading = "%nThe run:%n")
  private RunOptions run = new RunOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  FitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    run.check();
    return run.resume == null ? start() : resume(terminal.folder().resolve(run.resume));
  }

  private int start() throws IOException {
    if (file == null) {
      throw new IllegalArgumentException(
          "fit what? Give a file of examples, or --resume FOLDER; see unroll fit --help");
    }
    var folder = run.out == null
        ? RunFolder.free(terminal.folder(), new TextSource(file, "").name())
        : terminal.folder().resolve(run.out);
    RunFolder.requireFree(folder);
    var choices = new Choices(Preset.EXAMPLES, model, learning);
    var recipe = choices.recipe();
    var examples =
        ExampleData.of(terminal.folder(), file, structure, choices.batch(), learning.seed);
    var architecture = new StructureChoice(choices, structure)
        .architecture(terminal.folder(), examples.kind(), examples.form());
    examples.requireSeveralLabels();
    try (var engine = Engine.of(run.threads)) {
      var initialized = architecture.initialized();
      var trainer = new Trainer(initialized, examples.trainBatches(), examples.validationBatches(),
          recipe, engine, folder, examples.origin());
      var training = new ExampleRun(trainer, initialized, examples);
      Footprint.require(training);
      if (run.findRate) {
        return RateTrial.show(trainer::rangeTest, training.description().unit(), run, terminal);
      }
      return TrainingRun.start(training, folder, engine, run, terminal);
    }
  }

  private int resume(Path folder) throws IOException {
    RunOptions.requireNoSettings(spec);
    if (file != null) {
      throw new IllegalArgumentException(
          "%s does not go with --resume, which has the examples of the run; give --resume alone"
              .formatted(file));
    }
    var checkpoint = folder.resolve(TextTraining.CHECKPOINT);
    if (!Files.exists(checkpoint)) {
      throw new IOException("there is no %s; give --resume the folder of a run that was stopped"
          .formatted(checkpoint));
    }
    var stored = StructureFile.read(checkpoint);
    var given = ExampleData.Given.of(stored.provenance().object("data"));
    var examples = ExampleData.again(
        terminal.folder(), given, Anatomy.of(stored.model().architecture()).kind());
    try (var engine = Engine.of(run.threads)) {
      var trainer = Trainer.resume(stored.model(), examples.trainBatches(),
          examples.validationBatches(), engine, folder);
      var training = new ExampleRun(trainer, stored.model(), examples);
      Footprint.require(training);
      return TrainingRun.resume(training, folder, engine, run, terminal);
    }
  }
}
