package dev.unroll.task.transduce;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.format.FormatException;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.table.Pairs;
import dev.unroll.task.TaskFile;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;

/// Writes a text for a text: an encoder–decoder with attention that was trained on pairs.
///
/// ```java
/// var transducer = Transducer.train(Pairs.tsv(Path.of("words.tsv")));
/// System.out.println(transducer.report());
/// transducer.transduce("nakamura").text();
/// transducer.save(Path.of("phones.unroll"));
/// ```
///
/// Symbols that it does not know are read as one that is unknown. Safe for use by several threads,
/// one of which computes at a time.
public final class Transducer {
  /// The prefixes that are followed unless said otherwise.
  public static final int BEAM = 5;

  private final EncoderDecoder model;
  private final Setting setting;
  private final TransducerReport report;
  private final TextWriter writer;

  /// What a transducer knows besides its model.
  ///
  /// @param source how sources are cut into symbols
  /// @param target how targets are put together
  /// @param longest the symbols of the longest target of the training data
  /// @param kind what the targets are
  /// @param frequentTarget the most frequent target of the training data
  /// @param columns the names of the columns of the training data
  /// @param notes how the data was split, for its file
  record Setting(Segmentation source, Segmentation target, int longest,
      TransducerReport.Kind kind, String frequentTarget,
      List<String> columns, SequencedMap<String, Object> notes) {}

  Transducer(EncoderDecoder model, Setting setting, TransducerReport report) {
    this(model, setting, report, Engine.of(1));
  }

  private Transducer(EncoderDecoder model, Setting setting, TransducerReport report,
      Engine engine) {
    this.model = model;
    this.setting = setting;
    this.report = report;
    writer = new TextWriter(model, setting, engine);
  }

  /// The same transducer that computes with an engine of the caller, such as one of many threads;
  /// unless said otherwise it computes on the thread of its caller.
  public Transducer on(Engine engine) {
    return new Transducer(model, setting, report, engine);
  }

  /// Trains on pairs, of which a share is held out for validation: whole groups of equal sources.
  ///
  /// @throws DataException one sentence, if there is no pair, or all have the same target
  public static Transducer train(Pairs pairs) {
    return train(pairs, TransducerOptions.DEFAULT);
  }

  /// The same with options.
  public static Transducer train(Pairs pairs, TransducerOptions options) {
    return TransducerTraining.of(pairs, null, options).train();
  }

  /// Trains on pairs and chooses the epoch by others.
  ///
  /// @param validation pairs to validate on; those to train on that have one of their sources are
  ///     left out
  /// @throws DataException as [#train(Pairs)], or if nothing is left to train on
  public static Transducer train(Pairs pairs, Pairs validation) {
    DataException.refuseNull(pairs, "the pairs");
    DataException.refuseNull(validation, "the validation data");
    return TransducerTraining.of(pairs, validation, TransducerOptions.DEFAULT).train();
  }

  /// Trains on sources and their targets.
  ///
  /// @param targets one for each source
  /// @throws DataException as [#train(Pairs)], or if there are not as many targets as sources
  public static Transducer train(List<String> sources, List<String> targets) {
    return train(Pairs.of(sources, targets));
  }

  /// The model.
  public EncoderDecoder model() {
    return model;
  }

  /// The name of the data that it was trained on; empty if it is not known.
  public String trainedOn() {
    return String.valueOf(setting.notes().getOrDefault("name", ""));
  }

  Setting setting() {
    return setting;
  }

  /// How sources are cut into symbols.
  public Segmentation source() {
    return setting.source();
  }

  /// How targets are put together.
  public Segmentation target() {
    return setting.target();
  }

  /// The names of the columns of sources and targets that it was trained on.
  public List<String> columns() {
    return setting.columns();
  }

  /// The report on the validation data, or on the training data if there was none.
  public TransducerReport report() {
    return report;
  }

  /// What becomes of a text, by a beam search of width [#BEAM].
  ///
  /// @throws DataException if the text is blank or far too long
  public Transduction transduce(String text) {
    DataException.refuseNull(text, "the text");
    return transduce(List.of(text)).getFirst();
  }

  /// What becomes of texts, in their order; faster than one by one.
  ///
  /// @throws DataException if one is blank or far too long
  public List<Transduction> transduce(List<String> texts) {
    return transduce(texts, BEAM);
  }

  /// The same with another beam.
  ///
  /// @param beam how many prefixes are followed; 1 is greedy
  /// @throws IllegalArgumentException if it is below 1
  public List<Transduction> transduce(List<String> texts, int beam) {
    DataException.refuseNullIn(texts, "text");
    synchronized (writer) {
      return writer.transduce(texts, beam);
    }
  }

  /// Pairs as its model reads them. For a look inside.
  ///
  /// @throws DataException if a side of one is blank
  public List<Example> examples(Pairs pairs) {
    DataException.refuseNull(pairs, "the pairs");
    var sources = Objects.requireNonNull(model.architecture().inputs().tokens());
    var targets = Objects.requireNonNull(model.architecture().outputs().labels());
    var examples = new ArrayList<Example>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      examples.add(new Example(
          new Symbols(sources.encode(setting.source().split(pairs.sources().get(i)))),
          new Symbols(targets.encode(setting.target().split(pairs.targets().get(i))))));
    }
    return examples;
  }

  /// Evaluates it on pairs.
  ///
  /// @throws DataException if a source is far too long
  public TransducerReport evaluate(Pairs pairs) {
    return evaluate(pairs, BEAM);
  }

  /// The same with another beam.
  public TransducerReport evaluate(Pairs pairs, int beam) {
    var questions = Questions.of(pairs);
    return new Answers(questions, transduce(questions.sources(), beam))
        .report("%s: %d pairs, %d different sources, beam of %d".formatted(pairs.name(),
            pairs.size(), questions.size(), beam), setting);
  }

  /// The same transducer with smaller weights, for inference: see
  /// [dev.unroll.model.Structure#withWeights]. What its report says is still that of the weights
  /// before.
  public Transducer withWeights(Precision precision) {
    return new Transducer(model.withWeights(precision), setting, report);
  }

  /// Saves it as one file: a model file with the task in it.
  ///
  /// @throws IOException if it cannot be written; the old file is then intact
  public void save(Path path) throws IOException {
    TaskFile.write(path, model, new LinkedHashMap<>(), TransducerTask.NAME,
        TransducerTask.fields(setting, report));
  }

  /// Loads a transducer that [#save] wrote.
  ///
  /// @throws FormatException if there is no intact transducer in the file
  public static Transducer load(Path path) throws IOException {
    return of(TaskFile.read(path, TransducerTask.NAME));
  }

  /// Whether a file of a task holds a transducer.
  public static boolean is(TaskFile file) {
    return file.task().equals(TransducerTask.NAME);
  }

  /// The transducer in a file.
  ///
  /// @throws FormatException if it is not one, or not intact
  public static Transducer of(TaskFile file) throws FormatException {
    return TransducerTask.read(file);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "transducer of %s into %s: exact match %.1f %%",
        setting.source(), setting.target(), 100 * report.model().exactMatch());
  }
}
