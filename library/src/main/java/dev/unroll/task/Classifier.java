package dev.unroll.task;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.text.Excerpt;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.Pooling;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorPredictor;
import dev.unroll.score.Temperature;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A classifier of texts, or of sequences of numbers.
///
/// ```java
/// var classifier = Classifier.train(Table.csv(path).text("review").label("sentiment"));
/// System.out.println(classifier.report());
/// classifier.classify("Not bad at all").label();
/// classifier.save(Path.of("sentiment.unroll"));
/// ```
///
/// Probabilities are calibrated on the validation data ([Temperature]). Any text can be classified,
/// also with unknown words. Safe for use by several threads, one of which computes at a time.
public final class Classifier {
  private static final String TASK = "classify";

  private final SequenceToVector model;
  private final @Nullable TextForm form;
  private final double temperature;
  private final ClassifierReport report;
  private final Notes notes;
  private final PredictorLock predictor;

  /// Further contents of the file.
  ///
  /// @param columns of the table that it was trained on, by their role: `text`, `label`
  /// @param split how the data was split
  record Notes(SequencedMap<String, Object> columns, SequencedMap<String, Object> split) {}

  Classifier(SequenceToVector model, @Nullable TextForm form, double temperature,
      ClassifierReport report, Notes notes) {
    this.model = model;
    this.form = form;
    this.temperature = temperature;
    this.report = report;
    this.notes = notes;
    predictor = new PredictorLock(model);
  }

  /// Trains on texts and their labels, of which a share is held out for validation.
  ///
  /// @throws DataException one sentence, if there are fewer than two classes, or nearly as many as
  ///     texts
  public static Classifier train(Texts texts) {
    return train(texts, ClassifierOptions.DEFAULT);
  }

  /// The same with options.
  public static Classifier train(Texts texts, ClassifierOptions options) {
    return ClassifierTraining.of(texts, null, options).train();
  }

  /// Trains on texts and their labels.
  ///
  /// @param labels one for each text
  /// @throws DataException as [#train(Texts)], or if there are not as many labels as texts
  public static Classifier train(List<String> texts, List<String> labels) {
    return train(Texts.of(texts, labels));
  }

  /// Trains on sequences of numbers and their labels, of which a share is held out for validation.
  ///
  /// @throws DataException as [#train(Texts)]
  public static Classifier train(Sequences sequences) {
    return train(sequences, ClassifierOptions.DEFAULT);
  }

  /// The same with options.
  public static Classifier train(Sequences sequences, ClassifierOptions options) {
    return ClassifierTraining.of(sequences, null, options).train();
  }

  /// Whether it answers after every step, as [ClassifierOptions#streaming] makes it: in one
  /// direction, from the last state.
  public boolean answersEachStep() {
    var parts = model.architecture();
    return parts.body().directions() == null && parts.pooling() == Pooling.LAST;
  }

  /// Whether it reads texts rather than numbers.
  public boolean readsTexts() {
    return form != null;
  }

  /// How it tokenizes texts; null if it reads numbers.
  public @Nullable TextForm textForm() {
    return form;
  }

  /// The temperature that its logits are divided by, so that probabilities are calibrated.
  public double temperature() {
    return temperature;
  }

  /// The classes.
  public List<String> labels() {
    return labelTokens().toList();
  }

  private Tokens labelTokens() {
    var labels = model.architecture().outputs().labels();
    if (labels == null) {
      throw new IllegalStateException("the model has no labels");
    }
    return labels;
  }

  /// The model.
  public SequenceToVector model() {
    return model;
  }

  /// The report on the validation data, or on the training data if there was none.
  public ClassifierReport report() {
    return report;
  }

  /// The names of the columns `text` and `label` of the table that it was trained on; empty if
  /// there was none.
  public Map<String, Object> columns() {
    return Collections.unmodifiableMap(notes.columns());
  }

  /// The name of the data that it was trained on; empty if it is not known.
  public String trainedOn() {
    return String.valueOf(notes.split().getOrDefault("data", ""));
  }

  /// Texts as its model reads them, with their labels as targets; −1 for a label that it does not
  /// know. For a look inside.
  ///
  /// @throws DataException if it reads numbers
  public List<Example> examples(Texts texts) {
    return examples(encoded(texts.texts()), texts.labels());
  }

  /// Sequences as its model reads them, likewise.
  ///
  /// @throws DataException if it reads texts, or F differs
  public List<Example> examples(Sequences sequences) {
    return model.scaled(
        examples(filled(sequences.sequences(), sequences::where), sequences.labels()));
  }

  private List<Example> examples(List<Values> inputs, List<String> labels) {
    var known = labelTokens();
    var examples = new ArrayList<Example>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      var label = labels.get(i);
      examples.add(new Example(inputs.get(i),
          Values.Symbols.of(known.has(label) ? known.number(label) : -1)));
    }
    return examples;
  }

  /// Classifies a text.
  ///
  /// @throws DataException if it reads numbers
  public Classification classify(String text) {
    DataException.refuseNull(text, "the text");
    return classifyTexts(List.of(text)).getFirst();
  }

  /// Classifies texts, in their order; faster than one by one.
  ///
  /// @throws DataException if it reads numbers
  public List<Classification> classifyTexts(List<String> texts) {
    DataException.refuseNullIn(texts, "text");
    return named(probabilities(encoded(texts)));
  }

  /// Classifies a sequence of numbers.
  ///
  /// @param steps `[T, F]`, NaN where a number is missing
  /// @throws DataException if it reads texts, or F differs
  public Classification classify(float[]... steps) {
    return classifySequences(List.of(Features.ofRows(steps))).getFirst();
  }

  /// Classifies sequences, in their order; faster than one by one.
  ///
  /// @throws DataException if it reads texts, or F differs
  public List<Classification> classifySequences(List<Features> sequences) {
    return named(probabilities(filled(sequences, i -> "sequence " + (i + 1))));
  }

  private List<Classification> named(List<double[]> probabilities) {
    var labels = labels();
    return probabilities.stream().map(p -> Classification.of(labels, p)).toList();
  }

  /// Evaluates it on texts with labels; a label that it does not know counts as wrong.
  ///
  /// @throws DataException if it reads numbers, or there are no labels
  public ClassifierReport evaluate(Texts texts) {
    var all = texts.texts();
    return new Answered(labels(), texts.labels(), probabilities(encoded(all)),
        i -> Excerpt.of(all.get(i)), texts::where)
        .report("%s: %d texts".formatted(texts.name(), texts.size()), report.majority());
  }

  /// Evaluates it on sequences with labels; a label that it does not know counts as wrong.
  ///
  /// @throws DataException if it reads texts, or F differs
  public ClassifierReport evaluate(Sequences sequences) {
    var filled = filled(sequences.sequences(), sequences::where);
    return new Answered(labels(), sequences.labels(), probabilities(filled),
        i -> filled.get(i).toString(), sequences::where)
        .report("%s: %d sequences".formatted(sequences.name(), sequences.size()),
            report.majority());
  }

  private List<Values> encoded(List<String> texts) {
    var tokens = model.architecture().inputs().tokens();
    if (form == null || tokens == null) {
      throw new DataException("The classifier reads numbers over time, not texts; give sequences.");
    }
    var values = new ArrayList<Values>(texts.size());
    for (var text : texts) {
      values.add(new Values.Symbols(Lexicon.encode(form, tokens, text)));
    }
    return values;
  }

  private List<Values> filled(List<Features> sequences,
      IntFunction<String> where) {
    int columns = model.architecture().inputs().size();
    if (form != null) {
      throw new DataException("The classifier reads texts, not numbers over time; give texts.");
    }
    var values = new ArrayList<Values>(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).columns() != columns) {
        throw new DataException("%s has %d numbers a step, but the classifier reads %d."
            .formatted(where.apply(i), sequences.get(i).columns(), columns));
      }
      values.add(Gaps.filled(sequences.get(i), where.apply(i)));
    }
    return values;
  }

  private List<double[]> probabilities(List<Values> inputs) {
    return predictor.predict(inputs).stream().map(p -> Temperature.apply(p, temperature)).toList();
  }

  /// The same classifier with smaller weights, for inference: see
  /// [dev.unroll.model.Structure#withWeights]. What its report says is still that of the weights
  /// before.
  public Classifier withWeights(Precision precision) {
    return new Classifier(model.withWeights(precision), form, temperature, report, notes);
  }

  /// Saves it as one file: a model file with the task in it.
  ///
  /// @throws IOException if it cannot be written; the old file is then intact
  public void save(Path path) throws IOException {
    content().write(path);
  }

  private Safetensors content() {
    return TaskFile.content(model, new LinkedHashMap<>(), TASK, fields());
  }

  /// The bytes of the file that [#save] writes.
  public byte[] toBytes() {
    return content().bytes();
  }

  /// The contents of its file besides the model.
  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    var read = form;
    fields.put("input", read == null ? "numbers" : read.unit().name().toLowerCase(Locale.ROOT));
    if (read != null) {
      fields.put("lowerCase", read.lowerCase());
      fields.put("longest", read.longest());
    }
    fields.put("temperature", temperature);
    fields.put("columns", notes.columns());
    fields.put("split", notes.split());
    fields.put("report", report.fields());
    return fields;
  }

  /// Loads a classifier that [#save] wrote.
  ///
  /// @throws FormatException if there is no intact classifier in the file
  public static Classifier load(Path path) throws IOException {
    return of(TaskFile.read(path, TASK));
  }

  /// Whether a file of a task holds a classifier.
  public static boolean is(TaskFile file) {
    return file.task().equals(TASK);
  }

  /// The classifier in a file.
  ///
  /// @throws FormatException if it is not one, or not intact
  public static Classifier of(TaskFile file) throws FormatException {
    var fields = file.fields();
    if (!is(file) || !(file.file().model() instanceof SequenceToVector model)
        || model.architecture().outputs().labels() == null) {
      throw new FormatException("%s holds no classifier".formatted(file.file().source()));
    }
    try {
      var input = fields.string("input");
      var form = input.equals("numbers") ? null
          : new TextForm(TextForm.Unit.valueOf(input.toUpperCase(Locale.ROOT)),
              fields.bool("lowerCase"), fields.integer("longest"));
      return new Classifier(model, form, fields.number("temperature"),
          ClassifierReport.of(fields.object("report")),
          new Notes(given(fields.object("columns").values()),
              given(fields.object("split").values())));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s: %s; the file is damaged".formatted(file.file().source(), e.getMessage()), e);
    }
  }

  private static SequencedMap<String, Object> given(
      SequencedMap<String, @Nullable Object> values) {
    var given = new LinkedHashMap<String, Object>();
    values.forEach((key, value) -> {
      if (value != null) {
        given.put(key, value);
      }
    });
    return given;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "classifier of %s into %s: accuracy %.1f %%",
        form == null ? "sequences" : "texts by " + form, labels(), 100 * report.accuracy());
  }

  /// A predictor that only one thread uses at a time.
  private static final class PredictorLock {
    private final VectorPredictor predictor;

    PredictorLock(SequenceToVector model) {
      predictor = model.predictor(Engine.of(1));
    }

    synchronized List<float[]> predict(List<Values> inputs) {
      return predictor.predictValues(inputs);
    }
  }
}
