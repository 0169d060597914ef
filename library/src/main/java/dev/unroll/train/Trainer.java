package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Nulls;
import dev.unroll.data.Split;
import dev.unroll.data.Values;
import dev.unroll.model.Model;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.train.notation.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Trains a model in one call. A value: each setting gives a changed copy.
///
/// ```java
/// var result = Trainer.of(model).epochs(20).fit(examples);
/// System.out.println(result);   // 20 epochs, best 17: loss 0.21, accuracy 94.1 %, seed 1
/// ```
///
/// Afterwards the model has the parameters of the best epoch. Unless said otherwise: Adam as
/// [Recipe#of] has it, 20 epochs, batches of 32, a tenth of the examples to validate, all processors, seed
/// 1. The same seed gives the same bits on any number of threads.
///
/// With a [#folder] the run is kept there and can be resumed after a crash; what is needed to stop it from
/// another thread is a [TrainingSession].
public final class Trainer {
  private final Model model;
  private final Settings settings;

  /// All but the model.
  ///
  /// @param share of the examples that validate
  private record Settings(Recipe recipe, int batch, int time, double share, long seed,
      @Nullable Engine engine, @Nullable Path folder, Origin origin, TrainingListener listener) {

    static final Settings DEFAULT = new Settings(Recipe.of(20), 32, 64, 0.1, 1, null, null,
        Origin.NONE, TrainingListener.SILENT);
  }

  private Trainer(Model model, Settings settings) {
    this.model = model;
    this.settings = settings;
  }

  /// Trains this model, in place.
  public static Trainer of(Model model) {
    return new Trainer(model, Settings.DEFAULT);
  }

  /// Passes over the training data.
  public Trainer epochs(int epochs) {
    return recipe(settings.recipe.epochs(epochs));
  }

  /// How the model learns: optimizer, learning rate, schedule, clipping.
  public Trainer recipe(Recipe recipe) {
    var s = settings;
    return with(new Settings(recipe, s.batch, s.time, s.share, s.seed, s.engine, s.folder, s.origin,
        s.listener));
  }

  /// B, the examples of a batch, or the streams of a text that are read side by side.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public Trainer batch(int batch) {
    Numbers.requireAtLeastOne("batch", batch);
    var s = settings;
    return with(new Settings(s.recipe, batch, s.time, s.share, s.seed, s.engine, s.folder, s.origin,
        s.listener));
  }

  /// T, the steps of a text through which gradients flow back; 64 unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public Trainer time(int time) {
    Numbers.requireAtLeastOne("time", time);
    var s = settings;
    return with(new Settings(s.recipe, s.batch, time, s.share, s.seed, s.engine, s.folder, s.origin,
        s.listener));
  }

  /// The share of the examples that is kept to validate, drawn by the seed; 0 for none: then the parameters
  /// of the last epoch stay.
  ///
  /// @throws IllegalArgumentException if it is not from 0 up to but not 1
  public Trainer validation(double share) {
    Numbers.require(share >= 0 && share < 1, "the share that validates", share,
        "a number from 0 up to but not 1");
    var s = settings;
    return with(new Settings(s.recipe, s.batch, s.time, share, s.seed, s.engine, s.folder, s.origin,
        s.listener));
  }

  /// The seed of the split and of the order of the examples; initial values have that of the model.
  public Trainer seed(long seed) {
    var s = settings;
    return with(new Settings(s.recipe, s.batch, s.time, s.share, seed, s.engine, s.folder, s.origin,
        s.listener));
  }

  /// What computes; else an engine on all processors, which ends with the training.
  public Trainer engine(Engine engine) {
    var s = settings;
    return with(new Settings(s.recipe, s.batch, s.time, s.share, s.seed, engine, s.folder, s.origin,
        s.listener));
  }

  /// Where model and checkpoints are written; the folder exists.
  public Trainer folder(Path folder) {
    var s = settings;
    return with(new Settings(s.recipe, s.batch, s.time, s.share, s.seed, s.engine, folder, s.origin,
        s.listener));
  }

  /// What the files of the [#folder] say of the data.
  public Trainer origin(Origin origin) {
    var s = settings;
    return with(new Settings(s.recipe, s.batch, s.time, s.share, s.seed, s.engine, s.folder, origin,
        s.listener));
  }

  /// Who hears of the training as it goes.
  public Trainer listener(TrainingListener listener) {
    var s = settings;
    return with(
        new Settings(s.recipe, s.batch, s.time, s.share, s.seed, s.engine, s.folder, s.origin,
            listener));
  }

  /// What is done after each epoch; the model has the parameters of that epoch meanwhile.
  public Trainer onEpoch(Consumer<TrainingListener.Epoch> action) {
    return listener(new TrainingListener() {
      @Override
      public void epoch(Epoch epoch) {
        action.accept(epoch);
      }
    });
  }

  private Trainer with(Settings settings) {
    return new Trainer(model, settings);
  }

  /// Trains on examples, of which a share validates.
  ///
  /// @throws DataException if there is no example, or they are not of one form or not what the model reads
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws UncheckedIOException if there is a folder and a file cannot be written
  public TrainingResult fit(List<Example> examples) {
    Nulls.refuseIn(examples, "example");
    int validating = (int) (examples.size() * settings.share);
    if (validating == 0) {
      return fit(examples, List.of());
    }
    var split = Split.random(examples, settings.share, 0, settings.seed);
    return fit(split.train(), split.validation());
  }

  /// Trains on examples and validates on others.
  ///
  /// @param validation none: the parameters of the last epoch stay
  /// @throws DataException if there is no example, or they are not of one form or not what the model reads
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws UncheckedIOException if there is a folder and a file cannot be written
  public TrainingResult fit(List<Example> train, List<Example> validation) {
    Nulls.refuseIn(train, "example");
    Nulls.refuseIn(validation, "example");
    var batches = Batches.of(scaled(train), settings.batch, settings.seed);
    return fit(batches,
        validation.isEmpty() ? null : Batches.byLength(scaled(validation), settings.batch));
  }

  private List<Example> scaled(List<Example> examples) {
    return model instanceof Structure structure ? structure.scaled(examples) : examples;
  }

  /// Trains on texts and their labels, for a [SequenceToVector] that knows its tokens and labels.
  ///
  /// @param labels one for each text
  /// @throws DataException if there are not as many labels as texts, the model does not know one, or all are the
  ///     same
  /// @throws IllegalStateException if the model reads no texts, or does not put out labels
  /// @throws TrainingException if loss or gradients stop being finite
  public TrainingResult fitTexts(List<String> texts, List<String> labels) {
    Nulls.refuseIn(texts, "text");
    Nulls.refuseIn(labels, "label");
    if (texts.size() != labels.size()) {
      throw new DataException("There are %d texts and %d labels, expected a label for each text."
          .formatted(texts.size(), labels.size()));
    }
    if (!(model instanceof SequenceToVector classifier)
        || classifier.architecture().outputs().labels() == null) {
      throw new IllegalStateException(
          "only a SequenceToVector with Outputs.labels learns from texts"
              + " and labels; make examples for other models");
    }
    if (new HashSet<>(labels).size() == 1) {
      throw new DataException(
          "All %d texts have the label \"%s\", so that there is nothing to tell apart;"
              .formatted(labels.size(), labels.getFirst()) + " give texts of at least two labels.");
    }
    var inputs = classifier.architecture().inputs();
    var known = classifier.architecture().outputs().labels();
    var examples = new ArrayList<Example>();
    for (int i = 0; i < texts.size(); i++) {
      examples.add(new Example(new Values.Symbols(inputs.encode(texts.get(i))),
          Values.Symbols.of(known.number(labels.get(i)))));
    }
    return fit(examples);
  }

  /// Trains a language model on a text: streams side by side, states carried on, truncated
  /// back-propagation through time ([Batches#text]). The last part of the text validates.
  ///
  /// @throws DataException if the text is too short, or has a character that the model does not know
  /// @throws IllegalStateException if the model does not know what its symbols are
  /// @throws TrainingException if loss or gradients stop being finite
  public TrainingResult fit(String text) {
    Nulls.refuse(text, "the text");
    if (!(model instanceof Structure structure)) {
      throw new IllegalStateException(
          "only models that know their characters learn from a text; make batches for this one");
    }
    int[] symbols = structure.architecture().inputs().encode(text);
    int end = symbols.length - (int) (symbols.length * settings.share);
    var train = Arrays.copyOf(symbols, end);
    var rest = Arrays.copyOfRange(symbols, end, symbols.length);
    return fit(Batches.text(train, settings.batch, settings.time),
        rest.length < 2 ? null : TextTask.evaluation(rest));
  }

  /// Trains on batches.
  ///
  /// @param train not to be used elsewhere meanwhile
  /// @param validation likewise; null for none: the parameters of the last epoch stay
  /// @throws TrainingException if loss or gradients stop being finite
  /// @throws UncheckedIOException if there is a folder and a file cannot be written
  public TrainingResult fit(Batches train, @Nullable Batches validation) {
    if (settings.engine != null) {
      return fit(train, validation, settings.engine);
    }
    try (var engine = Engine.of()) {
      return fit(train, validation, engine);
    }
  }

  private TrainingResult fit(Batches train, @Nullable Batches validation, Engine engine) {
    var session = engine(engine).session(train, validation);
    var best = new BestEpoch(settings.listener);
    try {
      var ending = session.fit(best);
      session.useBest();
      return best.result(session, settings.seed, ending);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /// A training that can be stopped and watched.
  ///
  /// @param validation null for none
  /// @throws IllegalStateException if no engine was given, which the caller has to close
  public TrainingSession session(Batches train, @Nullable Batches validation) {
    return new TrainingSession(model, train, validation, settings.recipe, engine(),
        settings.folder, settings.origin);
  }

  /// The training that a checkpoint in the folder was written of, with the recipe that it was started with.
  ///
  /// @param train made as it was for the run
  /// @param validation likewise
  /// @throws IOException if there is no checkpoint, or model or data are others
  /// @throws IllegalStateException if no engine or no folder was given
  public TrainingSession resume(Batches train, @Nullable Batches validation) throws IOException {
    if (settings.folder == null) {
      throw new IllegalStateException("there is no folder to resume from; give one by folder(…)");
    }
    return TrainingSession.resume(model, train, validation, engine(), settings.folder);
  }

  private Engine engine() {
    if (settings.engine == null) {
      throw new IllegalStateException(
          "a session needs an engine, which its caller closes; give one by engine(…)");
    }
    return settings.engine;
  }
}
