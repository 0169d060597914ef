package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Partition;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  /// The data as read.
  private record Read(Samples samples, List<Values> inputs) {}

  private ClassifierTraining(ClassifierOptions options, @Nullable TextForm form, Read train,
      Read validation, Inputs inputs, ClassifierDesign design,
      SequencedMap<String, Object> columns,
      List<Understanding> understood) {
    this.options = options;
    this.form = form;
    this.train = train.samples();
    this.validation = validation.samples();
    trainInputs = train.inputs();
    validationInputs = validation.inputs();
    this.design = design;
    this.inputs = design.of(inputs);
    this.columns = columns;
    this.understood = understood;
    labels = Tokens.of(List.copyOf(this.train.counts().keySet()));
    int most = Collections.max(this.train.counts().values());
    int least = Collections.min(this.train.counts().values());
    uneven = most > UNEVEN * least;
    split.put("train", train.samples().size());
    split.put("validation", validation.samples().size());
    split.put("seed", options.seed());
    tellOfDuplicates();
    say(About.MODEL, design.toString());
    int epochs = design.recipe().epochs();
    say(About.TRAINING, validation.samples().size() == 0
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
    var all = samples(texts);
    all.check();
    var said = new ArrayList<Understanding>();
    said.add(new Understanding(About.DATA,
        "%d texts in the column \"%s\" of %s, %d labels in \"%s\": %s"
            .formatted(texts.size(), texts.textColumn().name(), texts.name(), all.counts().size(),
                texts.labelColumn().name(), all.described())));
    tellOfLabels(all, said);
    var parts = split(all, validation == null ? null : samples(validation), options, said);
    var trained = Partition.some(texts.texts(), parts.train());
    var validated = validation == null ? Partition.some(texts.texts(), parts.validation())
        : validation.texts();
    var form = options.unit() == null ? TextForm.choose(trained) : TextForm.of(options.unit());
    var tokens = Lexicon.of(form, trained);
    var train = new Read(all.some(parts.train()), encoded(form, tokens, trained));
    var validates = new Read(validation == null ? all.some(parts.validation())
        : samples(validation), encoded(form, tokens, validated));
    said.add(new Understanding(About.INPUT,
        "read by %s, %d known and all others as one that is unknown, the first %d of a text"
            .formatted(form, tokens.size() - 1, form.longest())));
    tellOfLength(form, train, said);
    var design = form.unit() == TextForm.Unit.WORDS
        ? ClassifierDesign.words(trained.size(), options)
        : ClassifierDesign.characters(trained.size(), options);
    var columns = new LinkedHashMap<String, Object>();
    columns.put("text", texts.textColumn().name());
    columns.put("label", texts.labelColumn().name());
    return new ClassifierTraining(options, form, train, validates, Inputs.tokens(tokens), design,
        columns, said);
  }

  /// Prepares the training on sequences with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the sequences
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as sequences
  public static ClassifierTraining of(Sequences sequences, @Nullable Sequences validation,
      ClassifierOptions options) {
    var all = samples(sequences);
    all.check();
    var lengths = sequences.sequences().stream().mapToInt(Features::length).summaryStatistics();
    long missing = sequences.sequences().stream().mapToLong(Gaps::count).sum();
    var said = new ArrayList<Understanding>();
    said.add(new Understanding(About.DATA,
        "%d sequences of %d to %d steps and %d channels in %s, %d labels: %s".formatted(
            sequences.size(), lengths.getMin(), lengths.getMax(), sequences.columns(),
            sequences.name(), all.counts().size(), all.described())));
    tellOfLabels(all, said);
    if (missing > 0) {
      said.add(new Understanding(About.DOUBT,
          "%d numbers are missing; each is read as the one before it".formatted(missing)));
    }
    var parts = split(all, validation == null ? null : samples(validation), options, said);
    var train = new Read(all.some(parts.train()),
        filled(Partition.some(sequences.sequences(), parts.train()), all.some(parts.train())));
    var checked = validation == null ? all.some(parts.validation()) : samples(validation);
    var validates = new Read(checked, filled(validation == null
        ? Partition.some(sequences.sequences(), parts.validation())
        : validation.sequences(),
        checked));
    var scaling = Scaling.standard(train.inputs().stream().map(Features.class::cast).toList());
    said.add(new Understanding(About.INPUT,
        "numbers of each channel scaled to mean 0 and variance 1, as in the part to train on"));
    return new ClassifierTraining(options, null, train, validates,
        Inputs.features(sequences.columns()).scaled(scaling),
        ClassifierDesign.numbers(train.samples().size(), options), new LinkedHashMap<>(), said);
  }

  private static Samples samples(Texts texts) {
    var all = texts.texts();
    return new Samples(texts.name(), List.copyOf(texts.labels()), texts.groups(),
        i -> Excerpt.of(all.get(i)), texts::where);
  }

  private static Samples samples(Sequences sequences) {
    return new Samples(sequences.name(), sequences.labels(), sequences.groups(),
        i -> sequences.sequences().get(i).toString(), sequences::where);
  }

  private static Partition split(Samples all, @Nullable Samples validation,
      ClassifierOptions options, List<Understanding> said) {
    if (validation != null) {
      said.add(new Understanding(About.SPLIT, "%d to train, %d of %s to validate".formatted(
          all.size(), validation.size(), validation.name())));
      return new Partition(IntStream.range(0, all.size()).toArray(), new int[0]);
    }
    var order = List.copyOf(all.counts().keySet());
    int[] classes = all.labels().stream().mapToInt(order::indexOf).toArray();
    var groups = all.groups();
    var parts = groups == null ? Partition.stratified(classes, options.validation(), options.seed())
        : Partition.grouped(groups, options.validation(), options.seed());
    said.add(new Understanding(About.SPLIT, "%s: %s, seed %d".formatted(parts,
        groups == null ? "the same share of each label" : "whole groups", options.seed())));
    return parts;
  }

  private static void tellOfLabels(Samples all, List<Understanding> said) {
    var once = all.once();
    if (once != null) {
      int at = all.labels().indexOf(once);
      said.add(
          new Understanding(About.DOUBT, "the label \"%s\" occurs only once (%s); is it a slip?"
              .formatted(Excerpt.of(once), all.where().apply(at))));
    }
  }

  private static void tellOfLength(TextForm form, Read read, List<Understanding> said) {
    long cut = read.inputs().stream().filter(input -> input.length() >= form.longest()).count();
    if (cut > 0) {
      said.add(new Understanding(About.DOUBT,
          "%d texts are longer than %d %s; the rest of them is not read"
              .formatted(cut, form.longest(), form.unit().name().toLowerCase(Locale.ROOT))));
    }
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
      case Values.Words(_, var letters) -> Arrays.deepToString(letters);
      case Features features -> Arrays.toString(features.values());
    };
  }

  private void say(About about, String text) {
    understood.add(new Understanding(about, text));
  }

  private static List<Values> encoded(TextForm form, Tokens tokens, List<String> texts) {
    var values = new ArrayList<Values>(texts.size());
    texts.forEach(text -> values.add(new Symbols(Lexicon.encode(form, tokens, text))));
    return values;
  }

  private static List<Values> filled(List<Features> sequences, Samples samples) {
    var values = new ArrayList<Values>(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      values.add(Gaps.filled(sequences.get(i), samples.where().apply(i)));
    }
    return values;
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
