package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.split.Partition;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Loss;
import dev.unroll.score.Temperature;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.task.Understanding.About;
import dev.unroll.train.Monitor;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The training of a classifier: the data is read, split and analyzed first ([#understood]), and
/// nothing is trained before [#train].
public final class ClassifierTraining {
  /// The smallest number of samples for calibration.
  private static final int FEWEST_TO_CALIBRATE = 30;

  /// If the class sizes differ by more than this factor, macro F1 chooses the best epoch.
  private static final int UNEVEN = 3;

  private final ClassifierOptions options;
  private final @Nullable TextForm form;
  private final Samples train;
  private final Samples validation;
  private final List<Values> trainInputs;
  private final List<Values> validationInputs;
  private final Inputs inputs;
  private final ClassifierDesign design;
  private final Tokens labels;
  private final boolean uneven;
  private final SequencedMap<String, Object> columns;
  private final SequencedMap<String, Object> split = new LinkedHashMap<>();
  private final List<Understanding> understood;
  private volatile @Nullable TrainingSession session;
  private volatile boolean stopped;

  private ClassifierTraining(ClassifierOptions options, ClassifierPreparation prepared) {
    this.options = options;
    form = prepared.form();
    train = prepared.train().samples();
    validation = prepared.validation().samples();
    trainInputs = prepared.train().inputs();
    validationInputs = prepared.validation().inputs();
    design = prepared.design();
    inputs = design.of(prepared.inputs());
    columns = prepared.columns();
    understood = prepared.understood();
    labels = Tokens.of(List.copyOf(train.counts().keySet()));
    int most = Collections.max(train.counts().values());
    int least = Collections.min(train.counts().values());
    uneven = most > UNEVEN * least;
    split.put("train", train.size());
    split.put("validation", validation.size());
    split.put("seed", options.seed());
    tellOfDuplicates();
    say(About.MODEL, design.toString());
    int epochs = design.recipe().epochs();
    say(About.TRAINING, validation.size() == 0
        ? "%d epochs, of which the last one is kept".formatted(epochs)
        : "up to %d epochs, of which the one with the best %s in validation is kept".formatted(
            epochs,
            monitor().name()));
  }

  /// Prepares the training on texts with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the texts
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as texts
  public static ClassifierTraining of(Texts texts, @Nullable Texts validation,
      ClassifierOptions options) {
    return new ClassifierTraining(options, ClassifierPreparation.of(texts, validation, options));
  }

  /// Prepares the training on sequences with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the sequences
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as sequences
  public static ClassifierTraining of(Sequences sequences, @Nullable Sequences validation,
      ClassifierOptions options) {
    return new ClassifierTraining(options,
        ClassifierPreparation.of(sequences, validation, options));
  }

  private void tellOfDuplicates() {
    if (validationInputs.isEmpty()) {
      return;
    }
    var seen = new HashSet<String>();
    trainInputs.forEach(input -> seen.add(key(input)));
    long both = validationInputs.stream().filter(input -> seen.contains(key(input))).count();
    split.put("duplicates", both);
    if (both > 0) {
      say(About.DOUBT,
          ("%d of the %d samples to validate on are in the part to train on as well; their"
              + " figures are too good").formatted(both, validationInputs.size()));
    }
    var unknown =
        validation.labels().stream().filter(label -> !labels.has(label)).distinct().toList();
    if (!unknown.isEmpty()) {
      say(About.DOUBT, "the label \"%s\" is not in the part to train on, and counts as wrong"
          .formatted(Excerpt.of(unknown.getFirst())));
    }
  }

  private static String key(Values input) {
    return switch (input) {
      case Symbols(var symbols) -> Arrays.toString(symbols);
      case Features features -> Arrays.toString(features.values());
    };
  }

  private void say(About about, String text) {
    understood.add(new Understanding(about, text));
  }

  /// The findings about the data and the decisions, in order.
  public List<Understanding> understood() {
    return Collections.unmodifiableList(understood);
  }

  /// The largest number of epochs.
  public int epochs() {
    return design.recipe().epochs();
  }

  private Monitor monitor() {
    return uneven ? MacroF1.of(labels.size()) : Monitor.ACCURACY;
  }

  /// Trains the classifier.
  ///
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Classifier train() {
    return train(options.listener());
  }

  /// Trains the classifier.
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Classifier train(TrainingListener listener) {
    if (options.engine() != null) {
      return train(options.engine(), listener);
    }
    try (var engine = Engine.of()) {
      return train(engine, listener);
    }
  }

  private Classifier train(Engine engine, TrainingListener listener) {
    var outputs = Outputs.classes(labels.size()).named(labels);
    if (options.balanced()) {
      outputs = outputs.loss(Loss.crossEntropy().weights(weights()));
    }
    var model =
        SequenceToVector.of(inputs, design.body(), design.pooling(), outputs, options.seed());
    if (form != null && form.unit() == TextForm.Unit.WORDS) {
      WordVectors.begin(model, trainInputs,
          train.labels().stream().mapToInt(labels::number).toArray());
    } else if (form != null) {
      WordVectors.silenceUnknown(model);
    }
    var known = IntStream.range(0, validation.size())
        .filter(i -> labels.has(validation.labels().get(i))).toArray();
    var validates = examples(validation.some(known), Partition.some(validationInputs, known));
    var training = Trainer.of(model).recipe(design.recipe()).engine(engine).monitor(monitor())
        .session(
            Batches.of(model.scaled(examples(train, trainInputs)), design.batch(), options.seed()),
            validates.isEmpty() ? null : Batches.byLength(model.scaled(validates), design.batch()));
    session = training;
    if (stopped) {
      training.stop();
    }
    try {
      training.fit(listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e); // from the listener: there is no folder
    }
    training.useBest();
    return judged(model, engine);
  }

  /// Makes the training end after its current step; the classifier is then that of the best epoch
  /// so far. Any thread may call it.
  public void stop() {
    stopped = true;
    var training = session;
    if (training != null) {
      training.stop();
    }
  }

  /// Whether the training was stopped.
  public boolean stopped() {
    return stopped;
  }

  /// `n / (k n_c)`, in the order of the labels: all classes weigh the same, and the mean over the
  /// examples is 1.
  private double[] weights() {
    return train.counts().values().stream()
        .mapToDouble(count -> (double) train.size() / labels.size() / count).toArray();
  }

  private List<Example> examples(Samples samples, List<Values> inputs) {
    return IntStream.range(0, inputs.size())
        .mapToObj(
            i -> new Example(inputs.get(i), Symbols.of(labels.number(samples.labels().get(i)))))
        .toList();
  }

  private Classifier judged(SequenceToVector model, Engine engine) {
    boolean validates = validation.size() > 0;
    var samples = validates ? validation : train;
    var said = model.predictor(engine).predictValues(validates ? validationInputs : trainInputs);
    double temperature = validates ? temperature(said) : 1;
    var probabilities = said.stream().map(p -> Temperature.apply(p, temperature)).toList();
    var data = validates
        ? "%d samples of %s that validated: the epoch was chosen by them".formatted(samples.size(),
            samples.name())
        : "the %d samples of %s that it was trained on: nothing else to judge it by"
            .formatted(samples.size(), samples.name());
    var majority =
        Collections.max(train.counts().entrySet(), Map.Entry.comparingByValue()).getKey();
    var report = new Answered(labels.toList(), samples.labels(), probabilities, samples.shown(),
        samples.where()).report(data, majority);
    return new Classifier(model, form, temperature, report,
        new Classifier.Notes(columns, split));
  }

  private double temperature(List<float[]> said) {
    var known = IntStream.range(0, said.size())
        .filter(i -> labels.has(validation.labels().get(i))).toArray();
    return known.length < FEWEST_TO_CALIBRATE ? 1
        : Temperature.fit(Partition.some(said, known),
            Arrays.stream(known).map(i -> labels.number(validation.labels().get(i))).toArray());
  }
}
