package dev.unroll.task;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The data of a classifier, read, divided and encoded, with what follows from them before anything
/// is trained.
///
/// @param form how texts are read; null for sequences
/// @param train the training data
/// @param validation the validation data; may be empty
/// @param inputs of the model
/// @param design of the model and its training
/// @param columns that were read, for the file
/// @param understood the findings and decisions so far; more are added to it
record ClassifierPreparation(@Nullable TextForm form, Read train, Read validation, Inputs inputs,
    ClassifierDesign design, SequencedMap<String, Object> columns,
    List<Understanding> understood) {

  /// Samples, and what the model reads of each.
  record Read(Samples samples, List<Values> inputs) {}

  /// Reads and divides texts with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the texts
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as texts
  static ClassifierPreparation of(Texts texts, @Nullable Texts validation,
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
    return new ClassifierPreparation(form, train, validates, Inputs.tokens(tokens), design, columns,
        said);
  }

  /// Reads and divides sequences with labels.
  ///
  /// @param validation the validation data; null to hold out a share of the sequences
  /// @throws dev.unroll.data.DataException one sentence, if there is one class only, or nearly as
  ///     many as sequences
  static ClassifierPreparation of(Sequences sequences, @Nullable Sequences validation,
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
    return new ClassifierPreparation(null, train, validates,
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
