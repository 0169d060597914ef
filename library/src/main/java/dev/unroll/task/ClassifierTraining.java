package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.split.Partition;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Loss;
import dev.unroll.score.Temperature;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tune.Space;
import dev.unroll.task.tune.Tunable;
import dev.unroll.train.Fit;
import dev.unroll.train.Monitor;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The training of a classifier: the data is read, split and analyzed first ([#understood]), and
/// nothing is trained before [#train].
public final class ClassifierTraining {
  /// The smallest number of samples for calibration.
  private static final int FEWEST_TO_CALIBRATE = 30;

  /// If the class sizes differ by more than this factor, macro F1 chooses the best epoch.
  private static final int UNEVEN = 3;

  /// The settings that a model which is trained further has already.
  private static final Set<String> SIZES = Set.of("hidden", "layers", "embedding");

  private final ClassifierOptions options;
  private final ClassifierPreparation data;
  private final Samples train;
  private final Samples validation;
  private final ClassifierDesign design;
  private final Tokens labels;
  private final Monitor monitor;
  private final Fit fit = Fit.inMemory();

  private ClassifierTraining(ClassifierOptions options, ClassifierPreparation data) {
    this.options = options;
    this.data = data;
    train = data.train().samples();
    validation = data.validation().samples();
    design = data.design();
    var from = options.from();
    labels = Tokens.of(from == null ? List.copyOf(train.counts().keySet()) : from.labels());
    int most = Collections.max(train.counts().values());
    int least = Collections.min(train.counts().values());
    monitor = most > UNEVEN * least ? MacroF1.of(labels.size()) : Monitor.ACCURACY;
  }

  /// Prepares the training on texts with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the texts
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as texts
  public static ClassifierTraining of(Texts texts, @Nullable Texts validation,
      ClassifierOptions options) {
    return new ClassifierTraining(options,
        ClassifierPreparation.of(texts, validation, options));
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

  /// The findings about the data and the decisions, in order.
  public List<Understanding> understood() {
    var all = new ArrayList<>(data.understood());
    all.add(new Understanding(About.MODEL, design.toString()));
    int epochs = epochs();
    all.add(new Understanding(About.TRAINING, validation.size() == 0
        ? "%s, of which the last one is kept".formatted(ReportText.count(epochs, "epoch"))
        : "up to %s, of which the one with the best %s in validation is kept"
            .formatted(ReportText.count(epochs, "epoch"), monitor.name())));
    return List.copyOf(all);
  }

  /// The largest number of epochs.
  public int epochs() {
    return design.recipe().epochs();
  }

  /// What a search for other settings needs to know.
  public Tunable tunable() {
    var space = Space.around(design.defaults());
    return new Tunable(options.from() == null ? space : space.without(SIZES), epochs(),
        monitor.name(), true);
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
    return train(listener, fit);
  }

  /// Trains the classifier, for example with checkpoints in a folder ([Fit#in]). Whoever gives a
  /// fit stops it by [Fit#stop].
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  /// @throws java.io.UncheckedIOException if a checkpoint cannot be written, or is of another
  ///     training
  public Classifier train(TrainingListener listener, Fit fit) {
    return Fit.on(options.engine(), engine -> train(engine, listener, fit));
  }

  private Classifier train(Engine engine, TrainingListener listener, Fit fit) {
    var outputs = Outputs.classes(labels.size()).named(labels);
    if (options.balanced()) {
      outputs = outputs.loss(Loss.crossEntropy().weights(weights()));
    }
    var model = begun(new SequenceToVector.Parts(data.inputs(), design.body(), design.pooling(),
        outputs, options.seed()));
    var known = IntStream.range(0, validation.size())
        .filter(i -> labels.has(validation.labels().get(i))).toArray();
    var validates =
        examples(validation.some(known), Partition.some(data.validation().inputs(), known));
    fit.run(Trainer.of(model).recipe(design.recipe()).engine(engine).monitor(monitor),
        Batches.of(model.scaled(examples(train, data.train().inputs())), design.batch(),
            options.seed()),
        validates.isEmpty() ? null : Batches.byLength(model.scaled(validates), design.batch()),
        listener);
    return judged(model, engine);
  }

  private SequenceToVector begun(SequenceToVector.Parts parts) {
    var from = options.from();
    if (from != null) {
      return parts.of(ParameterSource.startOf(from.model()));
    }
    var model = parts.initialized();
    var form = data.form();
    if (form != null && form.unit() == TextForm.Unit.WORDS) {
      WordVectors.begin(model, data.train().inputs(),
          train.labels().stream().mapToInt(labels::number).toArray());
    } else if (form != null) {
      model.silenceUnknown();
    }
    return model;
  }

  /// Makes the training end after its current step; the classifier is then that of the best epoch
  /// so far. Any thread may call it.
  public void stop() {
    fit.stop();
  }

  /// Whether the training was stopped.
  public boolean stopped() {
    return fit.stopped();
  }

  /// `n / (k n_c)`, in the order of the labels, of which k occur: all classes weigh the same, and
  /// the mean over the examples is 1.
  private double[] weights() {
    var counts = train.counts();
    return labels.toList().stream().mapToDouble(label -> counts.containsKey(label)
        ? (double) train.size() / counts.size() / counts.get(label)
        : 1).toArray();
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
    var said = model.predictor(engine)
        .predictValues((validates ? data.validation() : data.train()).inputs());
    double temperature = validates ? temperature(said) : 1;
    var probabilities = said.stream().map(p -> Temperature.apply(p, temperature)).toList();
    var name = validates
        ? "%d samples of %s that validated: the epoch was chosen by them".formatted(samples.size(),
            samples.name())
        : "the %d samples of %s that it was trained on: nothing else to judge it by"
            .formatted(samples.size(), samples.name());
    var majority =
        Collections.max(train.counts().entrySet(), Map.Entry.comparingByValue()).getKey();
    var report = new Answered(labels.toList(), samples.labels(), probabilities, samples.shown(),
        samples.where()).report(name, majority);
    var split = new LinkedHashMap<String, Object>();
    split.put("train", train.size());
    split.put("validation", validation.size());
    split.put("seed", options.seed());
    split.put("data", train.name());
    return new Classifier(model, data.form(), temperature, report,
        new Classifier.Notes(data.columns(), split));
  }

  private double temperature(List<float[]> said) {
    var known = IntStream.range(0, said.size())
        .filter(i -> labels.has(validation.labels().get(i))).toArray();
    return known.length < FEWEST_TO_CALIBRATE ? 1
        : Temperature.fit(Partition.some(said, known),
            Arrays.stream(known).map(i -> labels.number(validation.labels().get(i))).toArray());
  }
}
