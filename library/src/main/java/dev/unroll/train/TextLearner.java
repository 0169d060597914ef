package dev.unroll.train;

import dev.unroll.data.TextBatches;
import dev.unroll.format.ModelFile;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.LayerRun.StateRows;
import dev.unroll.layer.Probes;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModelRun;
import dev.unroll.model.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A language model and its text. A batch is a chunk of every stream, and its states are the next
/// one's first.
final class TextLearner implements Learner {
  private final LanguageModel model;
  private final Engine engine;
  private final TextTask task;
  private final TrainingSettings settings;
  private final Path folder;
  private final TextBatches batches;
  private final TextBatches validation;
  private final LanguageModelRun run;
  private final LanguageModelRun validationRun;
  private final Rows[] states;

  /// The states before the last batch.
  private final Rows[] before;

  private final int[] inputs;
  private final int[] targets;

  TextLearner(LanguageModel model, TextTask task, TrainingSettings settings, Engine engine,
      Path folder) {
    this.model = model;
    this.engine = engine;
    this.task = task;
    this.settings = settings;
    this.folder = folder;
    batches = TextBatches.of(task.train(), settings.batch(), settings.time());
    validation = Evaluation.batches(task.validation());
    run = model.trainingRun(engine, batches.time(), batches.batch(), settings.recompute());
    validationRun = model.run(engine, validation.time(), validation.batch(), false);
    states = run.states().stream().map(StateRows::rows).toArray(Rows[]::new);
    before = Stream.of(states).map(rows -> Rows.allocate(batches.batch(), rows.columns()))
        .toArray(Rows[]::new);
    inputs = new int[batches.time() * batches.batch()];
    targets = new int[inputs.length];
  }

  LanguageModel model() {
    return model;
  }

  List<StateRows> states() {
    return run.states();
  }

  long bytes() {
    return run.bytes() + validationRun.bytes();
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public int batches() {
    return batches.chunks();
  }

  @Override
  public void begin() {
    run.reset();
  }

  @Override
  public Score train(int epoch, int batch, long draw) {
    int time = batches.fill(batch, inputs, targets);
    int characters = time * batches.batch();
    for (int i = 0; i < before.length; i++) {
      copy(states[i], before[i]);
    }
    double loss = run.train(inputs, targets, time, draw);
    return new Score(loss * characters, characters, 0);
  }

  @Override
  public Optional<String> firstNotFinite(int epoch, int batch, long draw) {
    var probes = new Probes();
    int time = batches.fill(batch, inputs, targets);
    try {
      var traced = model.run(engine,
          Bounds.of(batches.time(), batches.batch(), true).probed(probes));
      for (int i = 0; i < before.length; i++) {
        copy(before[i], traced.states().get(i).rows());
      }
      traced.train(inputs, targets, time, draw);
    } catch (IllegalArgumentException | OutOfMemoryError e) {
      return Optional.empty(); // what ended the run is to be told, whether or not it can be traced
    }
    return FirstNotFinite.in(probes);
  }

  private void copy(Rows from, Rows to) {
    System.arraycopy(from.array(), from.offset(), to.array(), to.offset(),
        batches.batch() * from.columns());
  }

  @Override
  public void load() {
    run.load();
  }

  @Override
  public Score validate() {
    validationRun.load();
    return Evaluation.score(validationRun, validation);
  }

  @Override
  public void keep(Progress progress) throws IOException {
    ModelFile.write(folder.resolve(TextTraining.MODEL), model, task.vocabulary(),
        Provenance.of(task, settings, progress));
  }

  @Override
  public void checkpoint(Progress progress, OptimizerRun optimizer) throws IOException {
    Checkpoint.write(folder.resolve(TextTraining.CHECKPOINT), model, task, settings, progress,
        optimizer, run.states());
  }
}
