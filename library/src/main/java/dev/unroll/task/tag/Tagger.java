package dev.unroll.task.tag;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.SequencePredictor;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.loss.Loss;
import dev.unroll.table.Sentences;
import dev.unroll.task.TaskFile;
import dev.unroll.task.Understanding;
import dev.unroll.task.tag.Tags.Tag;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A tagger: a tag for each token of a sentence, such as its part of speech, or spans, such as
/// names.
///
/// ```java
/// var tagger = Tagger.train(Conll.read(train), Conll.read(dev));
/// for (var span : tagger.tag("Nakamura flew to Oslo").spans()) {
///   System.out.println(span.type() + " " + span.text() + " " + span.probability());
/// }
/// tagger.save(Path.of("names.unroll"));
/// ```
///
/// It reads words and their letters in both directions, and a conditional random field
/// ([dev.unroll.model.loss.Loss.Chain]) chooses the most probable tags of the whole sentence. Any
/// text can be tagged, also with unknown words. Tags are told by their notation: spans in BIO,
/// IOB1, BILOU or IOBES become `B-TYPE`, `I-TYPE` and `O`; everything else are labels. Safe for use
/// by several threads, one of which computes at a time.
public final class Tagger {
  static final String TASK = "tag";

  private final SequenceToSequence model;
  private final TagForm form;
  private final MajorityTags majority;
  private final TagReport report;
  private final String column;
  private final List<String> notes;
  private final String trainedOn;
  private final SequencePredictor predictor;

  /// @param column of the tags in training
  /// @param notes the findings about the data
  /// @param trainedOn the name of the data; empty if it is not known
  Tagger(SequenceToSequence model, TagForm form, MajorityTags majority, TagReport report,
      String column, List<String> notes, String trainedOn) {
    this.model = model;
    this.form = form;
    this.majority = majority;
    this.report = report;
    this.column = column;
    this.notes = List.copyOf(notes);
    this.trainedOn = trainedOn;
    predictor = model.predictor(Engine.of(1));
  }

  /// Trains on sentences with tags, of which a share is held out for validation.
  ///
  /// @throws DataException one sentence, if there are no tags or only one
  public static Tagger train(Sentences sentences) {
    return train(sentences, null, TaggerOptions.DEFAULT);
  }

  /// Trains on sentences with tags; others choose the best epoch.
  ///
  /// @throws DataException as [#train(Sentences)]
  public static Tagger train(Sentences sentences, Sentences validation) {
    DataException.refuseNull(validation, "the validation data");
    return train(sentences, validation, TaggerOptions.DEFAULT);
  }

  /// The same with options.
  ///
  /// @param validation null to hold out a share of the sentences
  /// @throws DataException as [#train(Sentences)]
  public static Tagger train(Sentences sentences, @Nullable Sentences validation,
      TaggerOptions options) {
    return TaggerTraining.of(sentences, validation, options).train();
  }

  /// The tags that it can answer.
  public List<String> labels() {
    var labels = model.architecture().outputs().labels();
    if (labels == null) {
      throw new IllegalStateException("the model has no labels");
    }
    return labels.toList();
  }

  TagForm form() {
    return form;
  }

  /// Whether tags are spans.
  public boolean tagsSpans() {
    return form == TagForm.SPANS;
  }

  /// The model.
  public SequenceToSequence model() {
    return model;
  }

  /// The report on the validation data, or on the training data if there was none.
  public TagReport report() {
    return report;
  }

  /// The column or field of the tags that it was trained on.
  public String column() {
    return column;
  }

  /// What was understood of the data.
  public List<String> notes() {
    return notes;
  }

  /// The name of the data that it was trained on; empty if it is not known.
  public String trainedOn() {
    return trainedOn;
  }

  /// Tags a text; the tokens and spans have their places in it. It is split at white space, and
  /// punctuation at the ends of words becomes tokens of their own, unless the word is known with
  /// it.
  ///
  /// @throws DataException if it is blank
  public Tags tag(String text) {
    return tag(split(text)).in(text);
  }

  /// The tokens of a text, as [#tag(String)] splits it.
  public List<String> split(String text) {
    DataException.refuseNull(text, "the text");
    return TokenSplit.split(text,
        token -> SpelledWords.knows(model.architecture().inputs(), token));
  }

  /// Tags in the form in which this tagger answers: spans as `B-TYPE`, `I-TYPE` and `O`.
  public List<String> normalized(List<String> tags) {
    DataException.refuseNullIn(tags, "tag");
    return form.normalized(tags);
  }

  /// Tags a sentence that is split already.
  ///
  /// @throws DataException if it has no token, or one is blank
  public Tags tag(List<String> tokens) {
    DataException.refuseNullIn(tokens, "token");
    return tagAll(List.of(tokens)).getFirst();
  }

  /// Tags sentences, in their order; faster than one by one.
  ///
  /// @throws DataException if one has no token, or one is blank
  public List<Tags> tagAll(List<List<String>> sentences) {
    return tagAll(sentences, predictor);
  }

  private List<Tags> tagAll(List<List<String>> sentences, SequencePredictor by) {
    DataException.refuseNullIn(sentences, "sentence");
    var inputs = model.architecture().inputs();
    for (var tokens : sentences) {
      DataException.refuseNullIn(tokens, "token");
      if (tokens.isEmpty() || tokens.stream().anyMatch(String::isBlank)) {
        throw new DataException(tokens.isEmpty()
            ? "There is no token to tag, expected at least 1."
            : "A token is blank, expected at least 1 letter; leave it out.");
      }
    }
    List<SequencePredictor.Classes> chosen;
    synchronized (by) {
      chosen =
          by.classes(
              sentences.stream().map(tokens -> SpelledWords.encode(inputs, tokens)).toList());
    }
    var labels = labels();
    var all = new ArrayList<Tags>();
    for (int i = 0; i < chosen.size(); i++) {
      var tags = new ArrayList<Tag>();
      for (int t = 0; t < sentences.get(i).size(); t++) {
        int c = chosen.get(i).chosen()[t];
        tags.add(new Tag(sentences.get(i).get(t), labels.get(c),
            chosen.get(i).probabilities()[t][c]));
      }
      all.add(new Tags(tags));
    }
    return all;
  }

  /// The network with a loss of each token alone, cross-entropy of its scores, where the [#model]
  /// has that of the chain of all tags. For a look inside: gradients of single answers.
  public SequenceToSequence scores() {
    return scores(model);
  }

  /// The same for a network of one that is still trained, with its weights of now.
  public static SequenceToSequence scores(SequenceToSequence model) {
    var parts = model.architecture();
    var parameters = model.parameters();
    var blocks = parameters.byName();
    return parts.with(parts.outputs().loss(Loss.crossEntropy()))
        .of(block -> parameters.elements(Objects.requireNonNull(blocks.get(block.name()))));
  }

  /// Sentences as its model reads them, with their tags as targets; −1 for a tag that it does not
  /// know. For a look inside.
  ///
  /// @throws DataException if there are no tags
  public List<Example> examples(Sentences sentences) {
    DataException.refuseNull(sentences, "the sentences");
    if (!sentences.hasTags()) {
      throw new DataException("%s has no tags to look at.".formatted(sentences.name()));
    }
    var inputs = model.architecture().inputs();
    var labels = Objects.requireNonNull(model.architecture().outputs().labels());
    var examples = new ArrayList<Example>(sentences.size());
    for (int i = 0; i < sentences.size(); i++) {
      var tags = form.normalized(sentences.tags(i));
      examples.add(new Example(SpelledWords.encode(inputs, sentences.tokens(i)),
          new Values.Symbols(tags.stream()
              .mapToInt(tag -> labels.has(tag) ? labels.number(tag) : -1).toArray())));
    }
    return examples;
  }

  /// Evaluates it on sentences with tags; a tag that it does not know counts as wrong.
  ///
  /// @throws DataException if there are no tags, or spans were learned and none is one of spans
  public TagReport evaluate(Sentences sentences) {
    DataException.refuseNull(sentences, "the test data");
    return evaluate(sentences, "%s: %s, %s".formatted(sentences.name(),
        Understanding.count(sentences.size(), "sentence"),
        Understanding.count(sentences.count(), "token")), predictor);
  }

  TagReport evaluate(Sentences sentences, String data, SequencePredictor by) {
    if (!sentences.hasTags()) {
      throw new DataException("%s has no tags to compare with.".formatted(sentences.name()));
    }
    form.requireAlike(sentences);
    var tokens = new ArrayList<List<String>>();
    for (int i = 0; i < sentences.size(); i++) {
      tokens.add(sentences.tokens(i));
    }
    var said = tagAll(tokens, by).stream()
        .map(tags -> tags.tags().stream().map(Tag::tag).toList()).toList();
    return new TagEvaluation(form, labels(), model.architecture().inputs(), majority)
        .report(data, sentences, said);
  }

  /// The same with another report.
  Tagger report(TagReport other) {
    return new Tagger(model, form, majority, other, column, notes, trainedOn);
  }

  /// The same tagger with smaller weights, for inference: see
  /// [dev.unroll.model.Structure#withWeights]. What its report says is still that of the weights
  /// before.
  public Tagger withWeights(Precision precision) {
    return new Tagger(model.withWeights(precision), form, majority, report, column, notes,
        trainedOn);
  }

  /// Saves it as one file: a model file with the task in it.
  ///
  /// @throws IOException if it cannot be written; the old file is then intact
  public void save(Path path) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("form", form.name());
    fields.put("column", column);
    fields.put("notes", notes);
    fields.put("trainedOn", trainedOn);
    fields.put("report", report.fields());
    // By tag, as a word is then written without it.
    var words = new LinkedHashMap<String, List<String>>();
    majority.words().forEach(
        (word, tag) -> words.computeIfAbsent(tag, _ -> new ArrayList<>()).add(word));
    fields.put("majority", majority.otherwise());
    fields.put("words", words);
    TaskFile.write(path, model, new LinkedHashMap<>(), TASK, fields);
  }

  /// Loads a tagger that [#save] wrote.
  ///
  /// @throws FormatException if there is no intact tagger in the file
  public static Tagger load(Path path) throws IOException {
    return of(TaskFile.read(path, TASK));
  }

  /// Whether a file of a task holds a tagger.
  public static boolean is(TaskFile file) {
    return file.task().equals(TASK);
  }

  /// The tagger in a file.
  ///
  /// @throws FormatException if it is not one, or not intact
  public static Tagger of(TaskFile file) throws FormatException {
    if (!is(file) || !(file.file().model() instanceof SequenceToSequence model)
        || model.architecture().outputs().labels() == null
        || model.architecture().inputs().tokens() == null
        || model.architecture().inputs().letters() == null) {
      throw new FormatException("%s holds no tagger".formatted(file.file().source()));
    }
    var fields = file.fields();
    try {
      return new Tagger(model, TagForm.valueOf(fields.string("form")), majority(fields),
          TagReport.of(fields.object("report")), fields.string("column"),
          fields.strings("notes"),
          fields.has("trainedOn") ? fields.string("trainedOn") : "");
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s: %s; the file is damaged".formatted(file.file().source(), e.getMessage()), e);
    }
  }

  private static MajorityTags majority(JsonFields fields) throws FormatException {
    var words = new LinkedHashMap<String, String>();
    var stored = fields.object("words");
    for (var tag : stored.keys()) {
      for (var word : stored.strings(tag)) {
        words.put(word, tag);
      }
    }
    return new MajorityTags(words, fields.string("majority"));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "tagger with %s: %s",
        form == TagForm.SPANS ? "spans of " + report.counts().types().keySet()
            : labels().size() + " tags " + Arrays.toString(labels().toArray()),
        form == TagForm.SPANS ? String.format(Locale.ROOT, "F1 %.1f %%", 100 * report.f1())
            : String.format(Locale.ROOT, "accuracy %.1f %%", 100 * report.accuracy()));
  }
}
