package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.model.Model;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.parallel.Reduction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A training run that can be stopped, watched and resumed: epochs, each validated, until all are
/// done or there was no better one for a while. The parameters of the best one, chosen by the
/// [Monitor] (by default the lowest validation loss), are kept ([#useBest]). [Trainer] makes one,
/// or does all of it in one call.
///
/// With a folder the run can be killed and resumed, and ends with the same bits as an uninterrupted
/// run; the number of threads and the kernel provider do not matter either. `model.safetensors` has
/// the best parameters, and for a [dev.unroll.model.Structure] all that is needed to load it
/// without its code ([dev.unroll.model.file.ModelFile]); `checkpoint.safetensors` everything needed
/// to resume.
///
/// One thread trains; any other may call [#stop] and [#learningRate].
public final class TrainingSession {
  /// The name of the model's file in the folder.
  public static final String MODEL = "model.safetensors";

  /// The name of the checkpoint's file in the folder.
  public static final String CHECKPOINT = "checkpoint.safetensors";

  private final Recipe recipe;
  private final ModelLearner learner;
  private final TrainingLoop loop;

  /// Starts a new run.
  ///
  /// @param train shuffled batches, or streams; not to be used elsewhere during training
  /// @param validation not to be used elsewhere during training; null for none
  /// @param folder where the files are written, which must exist; null for none
  /// @param reduction with other members, of which the first writes the files; null for none
  TrainingSession(Model model, Batches train, @Nullable Batches validation, Recipe recipe,
      Engine engine,
      @Nullable Path folder, Origin origin, Monitor monitor, @Nullable Reduction reduction) {
    this.recipe = recipe;
    if (reduction != null && reduction.members() > recipe.shards()) {
      throw new IllegalArgumentException(
          ("%d members share %d shards; set recipe.shards to at least "
              + "as many as members, the same for all").formatted(reduction.members(),
                  recipe.shards()));
    }
    learner = new ModelLearner(model, train, validation, recipe, engine, folder, origin,
        monitor, reduction);
    loop = new TrainingLoop(learner, recipe, engine, reduction);
  }

  /// Resumes a run from the checkpoint in a folder, with the recipe that it was started with.
  ///
  /// @param model made as it was for the run; its values are overwritten
  /// @param train made as it was for the run
  /// @param validation made as it was for the run
  /// @throws IOException if there is no checkpoint, or the model or the data are different
  static TrainingSession resume(Model model, Batches train, @Nullable Batches validation,
      Engine engine, Path folder, Monitor monitor, @Nullable Reduction reduction)
      throws IOException {
    var stored = ModelLearner.Stored.read(folder);
    var trainer = new TrainingSession(
        model, train, validation, stored.recipe(), engine, folder, stored.origin(),
        monitor, reduction);
    trainer.loop.resume(stored.progress());
    trainer.learner.restore(stored, trainer.loop.descent());
    return trainer;
  }

  /// Trains to the end. With a folder, a new run begins with a checkpoint.
  ///
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws IllegalStateException if another training of the same model runs
  /// @throws IOException if a file cannot be written, or the listener throws one; what was written
  ///     is intact
  public Ending fit(TrainingListener listener) throws IOException {
    var parameters = learner.parameters();
    parameters.beginTraining();
    try {
      listener.begin(this);
      var ending = loop.train(listener);
      listener.end(ending);
      return ending;
    } finally {
      parameters.endTraining();
    }
  }

  /// Sets the model's parameters to those of the best epoch so far, or after the last step of a
  /// run that was stopped before the first validation.
  public void useBest() {
    learner.useBest();
  }

  /// Tries rising learning rates on the first batches, from the current parameters, which are
  /// restored afterwards.
  public RateSweep rangeTest(double from, double to, int steps) {
    var parameters = learner.parameters();
    parameters.beginTraining();
    try {
      return loop.rangeTest(from, to, steps);
    } finally {
      parameters.endTraining();
    }
  }

  /// Makes the run end after its current step, with a checkpoint; with replicas
  /// ([Recipe#syncEvery]), when they come together next.
  public void stop() {
    loop.stop();
  }

  /// Changes the learning rate: the next step has it, and the schedule goes on from it, scaled; a
  /// warm-up ends. With `s` for the share of the schedule without its warm-up:
  ///
  /// ```
  /// rate_t = rate · s_t / s_now
  /// ```
  ///
  /// A checkpoint with it is written at once, so that a run that is killed afterwards ends with the
  /// same bits as one that is not. Of several calls between two steps the last one counts. Nothing
  /// changes where the schedule has come to zero.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  /// @throws IllegalStateException if there are other members
  public void learningRate(double rate) {
    loop.learningRate(rate);
  }

  /// Makes the run end as if stopped when so many epochs are complete, with the checkpoint of the
  /// last one.
  public void pauseAfter(int epochs) {
    loop.pauseAfter(epochs);
  }

  /// Sets how often a checkpoint is written besides those at the ends of epochs: every 60 s by
  /// default, after each step for zero. With other members, who have to know when, one is written
  /// after every [#checkpointSteps].
  public void checkpointEvery(Duration interval) {
    loop.checkpointEvery(interval);
  }

  /// Sets after how many steps a checkpoint is written if there are other members: 500 by default,
  /// the same for all. With replicas ([Recipe#syncEvery]), when they come together next, whether
  /// there are members or not.
  public void checkpointSteps(long steps) {
    loop.checkpointSteps(steps);
  }

  /// The model that is trained.
  public Model model() {
    return learner.model();
  }

  /// The training batches.
  public Batches batches() {
    return learner.trainBatches();
  }

  /// Whether the loss has an accuracy.
  boolean countsRight() {
    return learner.countsRight();
  }

  /// The recipe.
  public Recipe recipe() {
    return recipe;
  }

  /// The steps of the whole run.
  public long steps() {
    return loop.steps();
  }

  /// The steps that are done.
  public long step() {
    return loop.progress().step();
  }

  /// The epochs that are complete.
  public int epoch() {
    return loop.progress().epoch();
  }

  /// The validation loss of the best epoch so far, infinite before the first; it is the lowest so
  /// far, unless another [Monitor] chooses.
  public double best() {
    return loop.progress().best();
  }

  /// The figure of the best epoch so far, according to the [Monitor]; NaN before the first.
  TrainingListener.Figure bestFigure() {
    var progress = loop.progress();
    return new TrainingListener.Figure(learner.monitor().name(),
        progress.best() == Double.POSITIVE_INFINITY ? Double.NaN
            : learner.monitor().ofMerit(progress.merit()));
  }

  boolean isLargerBetter() {
    return learner.monitor().isLargerBetter();
  }

  /// Whether there is nothing left to do.
  public boolean finished() {
    return loop.finished();
  }

  /// The bytes of memory that activations and their gradients take.
  public long bytes() {
    return learner.bytes();
  }

  /// The origin of the data, which the files of a run have besides how it was trained. It has
  /// nothing that differs between two runs that end with the same weights: no times, no machine.
  ///
  /// @param data where the examples come from, such as `source` and `sha256`; values that JSON can
  ///     represent. The trainer adds `train` and `validation`
  public record Origin(SequencedMap<String, ?> data) {

    /// The origin of data without a name.
    public static final Origin NONE = new Origin(new LinkedHashMap<>());

    /// Copies the map.
    ///
    /// @throws IllegalArgumentException if the data have a field that the trainer adds
    public Origin {
      if (data.containsKey("train") || data.containsKey("validation")) {
        throw new IllegalArgumentException(
            "train and validation are added by the trainer; give the field another name");
      }
      data = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(data));
    }
  }

  /// The learning-rate range test (Smith 2015, arXiv 1506.01186, section 3.3): a short run with a
  /// learning rate that rises from step to step. Where the loss falls fastest is a good rate; where
  /// it rises again training would diverge.
  ///
  /// ```
  /// rate_i = from · (to / from)^(i / (steps − 1))
  /// s_i = β s_{i−1} + (1 − β) loss_i        ŝ_i = s_i / (1 − β^{i+1})        β = 0.9
  /// ```
  ///
  /// The test ends early when ŝ is four times its lowest, or no longer finite.
  ///
  /// @param rates of the steps
  /// @param losses of the steps, before each step
  /// @param smoothed ŝ
  public record RateSweep(List<Double> rates, List<Double> losses, List<Double> smoothed) {
    /// The rate at which ŝ falls fastest with the logarithm of the rate, measured over a fifth of
    /// the test around it, as batches vary; the first rate if the loss never falls.
    public double suggestion() {
      double steepest = 0;
      double rate = rates.isEmpty() ? Double.NaN : rates.getFirst();
      int n = Math.max(1, rates.size() / 10);
      for (int i = n; i < rates.size() - n; i++) {
        double slope =
            (smoothed.get(i + n) - smoothed.get(i - n))
                / StrictMath.log(rates.get(i + n) / rates.get(i - n));
        if (slope < steepest) {
          steepest = slope;
          rate = rates.get(i);
        }
      }
      return rate;
    }
  }
}
