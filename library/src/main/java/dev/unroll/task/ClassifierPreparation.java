package dev.unroll.task;

import dev.unroll.data.DataException;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.split.Partition;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Inputs;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.task.Understanding.About;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The data of a classifier before training: read, checked, split and encoded. Vocabulary and
/// scaling come from the training part alone.
///
/// @param form how texts are tokenized; null for numbers
/// @param train the training part
/// @param validation the validation part; may be empty
/// @param inputs what the model reads
/// @param design of the model
/// @param columns the names of the columns by their role, for the file
/// @param understood what was found and decided
record ClassifierPreparation(@Nullable TextForm form, Part train, Part validation, Inputs inputs,
    ClassifierDesign design, SequencedMap<String, Object> columns,
    List<Understanding> understood) {

  /// A part of the data.
  ///
  /// @param keys by which equal samples are found
  record Part(Samples samples, List<Values> inputs, List<?> keys) {
    int size() {
      return samples.size();
    }
  }

  /// Prepares texts with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the texts
  static ClassifierPreparation of(Texts texts, @Nullable Texts validation,
      ClassifierOptions options) {
    var all = samples(texts);
    all.check();
    var from = options.from();
    if (from != null && from.textForm() == null) {
      throw new DataException("%s has texts, but the classifier that the training begins with reads"
          .formatted(texts.name()) + " numbers over time; give sequences.");
    }
    requireLabels(all, from);
    var said = new ArrayList<Understanding>();
    say(said, About.DATA, "%d texts in the column \"%s\" of %s, %d labels in \"%s\": %s"
        .formatted(texts.size(), texts.textColumn().name(), texts.name(), all.counts().size(),
            texts.labelColumn().name(), all.described()));
    if (texts.unlabeled() > 0) {
      say(said, About.DOUBT, "%s without a label %s left out".formatted(
          ReportText.count(texts.unlabeled(), "row"), texts.unlabeled() == 1 ? "is" : "are"));
    }
    tellOfLabels(all, said);
    var keys = texts.texts();
    var parts = split(all, keys, validation == null ? null : samples(validation), options, said);
    var trained = Partition.some(keys, parts.train());
    var validated = validation == null ? Partition.some(keys, parts.validation())
        : validation.texts();
    var form = form(options, trained);
    var known = from == null ? null : from.model().architecture().inputs();
    var tokens = known == null || known.tokens() == null ? Lexicon.of(form, trained)
        : known.tokens();
    var train = new Part(all.some(parts.train()), encoded(form, tokens, trained), trained);
    var validates = new Part(
        validation == null ? all.some(parts.validation()) : samples(validation),
        encoded(form, tokens, validated), validated);
    say(said, About.INPUT,
        "read by %s, %d known and all others as one that is unknown, the first %d of a text"
            .formatted(form, tokens.size() - 1, form.longest()));
    tellOfLength(form, trained, said);
    tellOfDuplicates(train, validates, said);
    var design = form.unit() == TextForm.Unit.WORDS
        ? ClassifierDesign.words(trained.size(), options)
        : ClassifierDesign.characters(trained.size(), options);
    design = chosen(design, options, said);
    return new ClassifierPreparation(form, train, validates,
        known == null ? design.of(Inputs.tokens(tokens)) : known, design,
        columns(texts.textColumn().name(), texts.labelColumn().name()), said);
  }

  /// Prepares sequences with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the sequences
  static ClassifierPreparation of(Sequences sequences, @Nullable Sequences validation,
      ClassifierOptions options) {
    var all = samples(sequences);
    all.check();
    var from = options.from();
    requireColumns(sequences, from);
    requireLabels(all, from);
    var lengths = sequences.sequences().stream().mapToInt(Features::length).summaryStatistics();
    long missing = sequences.sequences().stream().mapToLong(Gaps::count).sum();
    var said = new ArrayList<Understanding>();
    say(said, About.DATA, "%d sequences of %d to %d steps and %s in %s, %d labels: %s".formatted(
        sequences.size(), lengths.getMin(), lengths.getMax(),
        ReportText.count(sequences.columns(), "channel"), sequences.name(), all.counts().size(),
        all.described()));
    tellOfLabels(all, said);
    if (missing > 0) {
      say(said, About.DOUBT,
          "%d numbers are missing; each is read as the one before it".formatted(missing));
    }
    var keys = keys(sequences);
    var parts = split(all, keys, validation == null ? null : samples(validation), options, said);
    var trained = all.some(parts.train());
    var train = new Part(trained,
        filled(Partition.some(sequences.sequences(), parts.train()), trained),
        Partition.some(keys, parts.train()));
    var checked = validation == null ? all.some(parts.validation()) : samples(validation);
    var validates = new Part(checked, filled(validation == null
        ? Partition.some(sequences.sequences(), parts.validation())
        : validation.sequences(), checked),
        validation == null ? Partition.some(keys, parts.validation()) : keys(validation));
    say(said, About.INPUT, from == null
        ? "numbers of each channel scaled to mean 0 and variance 1, as in the part to train on"
        : "numbers of each channel scaled as they were for the model that it begins with");
    tellOfDuplicates(train, validates, said);
    var design = chosen(ClassifierDesign.numbers(train.size(), options), options, said);
    var inputs = from != null ? from.model().architecture().inputs()
        : design.of(Inputs.features(sequences.columns()).scaled(Scaling.standard(
            train.inputs().stream().map(Features.class::cast).toList())));
    return new ClassifierPreparation(null, train, validates, inputs, design,
        columns(sequences.inputColumn(), sequences.labelColumn()), said);
  }

  private static TextForm form(ClassifierOptions options, List<String> texts) {
    var from = options.from();
    var known = from == null ? null : from.textForm();
    var unit = options.unit();
    if (known == null) {
      return unit == null ? TextForm.choose(texts) : TextForm.of(unit);
    }
    if (unit != null && unit != known.unit()) {
      throw new IllegalArgumentException(
          "the unit is %s, but the classifier that the training begins with reads %s; leave it out"
              .formatted(unit.name().toLowerCase(Locale.ROOT),
                  known.unit().name().toLowerCase(Locale.ROOT)));
    }
    return known;
  }

  private static ClassifierDesign chosen(ClassifierDesign usual, ClassifierOptions options,
      List<Understanding> said) {
    var from = options.from();
    if (from == null) {
      return usual.with(options.settings());
    }
    if (options.streaming() && !from.answersEachStep()) {
      throw new IllegalArgumentException("the classifier is to answer after every step, but the one"
          + " that the training begins with reads whole sequences; leave it out, or begin without");
    }
    say(said, About.MODEL, "begins with a classifier into %d labels%s%s".formatted(
        from.labels().size(), from.answersEachStep() ? " that answers after every step" : "",
        from.trainedOn().isEmpty() ? "" : ", trained on " + from.trainedOn()));
    return usual.from(from.model().architecture(), options.settings()).with(options.settings());
  }

  /// All labels must be those of the model that the training begins with, which has an output for
  /// each of its own.
  private static void requireLabels(Samples all, @Nullable Classifier from) {
    var known = from == null ? null : new HashSet<>(from.labels());
    for (int i = 0; i < all.size() && known != null && from != null; i++) {
      if (!known.contains(all.labels().get(i))) {
        throw new DataException(
            ("%s: the label \"%s\" is not among the %d of the classifier that the training begins"
                + " with, %s; correct it, or train a new one.").formatted(all.where().apply(i),
                    Excerpt.of(all.labels().get(i)), known.size(),
                    Excerpt.of(String.join(", ", from.labels()))));
      }
    }
  }

  private static void requireColumns(Sequences sequences, @Nullable Classifier from) {
    if (from == null) {
      return;
    }
    int columns = from.model().architecture().inputs().size();
    if (from.readsTexts() || columns != sequences.columns()) {
      throw new DataException(
          "%s has %s, but the classifier that the training begins with reads %s."
              .formatted(sequences.name(),
                  ReportText.count(sequences.columns(), "number") + " a step",
                  from.readsTexts() ? "texts" : columns + " numbers"));
    }
  }

  private static SequencedMap<String, Object> columns(@Nullable String input,
      @Nullable String label) {
    var columns = new LinkedHashMap<String, Object>();
    if (input != null) {
      columns.put("text", input);
    }
    if (label != null) {
      columns.put("label", label);
    }
    return columns;
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

  private static List<?> keys(Sequences sequences) {
    return sequences.sequences().stream()
        .map(features -> Arrays.hashCode(features.values()) + Arrays.toString(features.values()))
        .toList();
  }

  private static Partition split(Samples all, List<?> keys, @Nullable Samples validation,
      ClassifierOptions options, List<Understanding> said) {
    if (validation != null) {
      say(said, About.SPLIT, "%d to train, %d of %s to validate".formatted(all.size(),
          validation.size(), validation.name()));
      return new Partition(IntStream.range(0, all.size()).toArray(), new int[0]);
    }
    var groups = all.groups();
    if (groups != null) {
      var parts = Partition.grouped(groups, options.validation(), options.seed());
      say(said, About.SPLIT, "%s: whole groups, seed %d".formatted(parts, options.seed()));
      return parts;
    }
    var order = List.copyOf(all.counts().keySet());
    int[] classes = all.labels().stream().mapToInt(order::indexOf).toArray();
    var distinct = Distinct.of(keys);
    var parts = distinct.all(Partition.stratified(distinct.classes(classes), options.validation(),
        options.seed()));
    say(said, About.SPLIT, "%s: the same share of each label%s, seed %d".formatted(parts,
        distinct.copies() == 0 ? ""
            : ", and the %s of a sample on its side"
                .formatted(ReportText.count(distinct.copies(), "copy", "copies")),
        options.seed()));
    return parts;
  }

  private static void tellOfLabels(Samples all, List<Understanding> said) {
    var once = all.once();
    if (once != null) {
      int at = all.labels().indexOf(once);
      say(said, About.DOUBT, "the label \"%s\" occurs only once (%s); is it a slip?"
          .formatted(Excerpt.of(once), all.where().apply(at)));
    }
  }

  private static void tellOfLength(TextForm form, List<String> texts, List<Understanding> said) {
    long cut = texts.stream().filter(form::cuts).count();
    if (cut > 0) {
      say(said, About.DOUBT, "%s longer than %d %s; the rest of %s is not read".formatted(
          cut == 1 ? "1 text is" : cut + " texts are", form.longest(),
          form.unit().name().toLowerCase(Locale.ROOT), cut == 1 ? "it" : "them"));
    }
  }

  /// Copies on both sides, which a file of its own or groups can have.
  private static void tellOfDuplicates(Part train, Part validation, List<Understanding> said) {
    var seen = new HashSet<Object>(train.keys());
    long both = validation.keys().stream().filter(seen::contains).count();
    if (both > 0) {
      say(said, About.DOUBT,
          ("%d of the %d samples to validate on are in the part to train on as well; their"
              + " figures are too good").formatted(both, validation.size()));
    }
    var known = new HashSet<>(train.samples().labels());
    for (var label : validation.samples().labels()) {
      if (!known.contains(label)) {
        say(said, About.DOUBT,
            "the label \"%s\" is not in the part to train on, and counts as wrong"
                .formatted(Excerpt.of(label)));
        return;
      }
    }
  }

  private static void say(List<Understanding> said, About about, String text) {
    said.add(new Understanding(about, text));
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
}
