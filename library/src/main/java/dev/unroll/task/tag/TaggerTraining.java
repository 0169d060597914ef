package dev.unroll.task.tag;

import static dev.unroll.task.Understanding.count;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.split.Partition;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.score.SpanCounts;
import dev.unroll.table.Sentences;
import dev.unroll.task.Distinct;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tune.Space;
import dev.unroll.task.tune.Tunable;
import dev.unroll.train.Fit;
import dev.unroll.train.Monitor;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The training of a tagger: the data is read, split and analyzed first ([#understood]), and
/// nothing is trained before [#train].
public final class TaggerTraining {
  /// The number of tags that are named in a message.
  private static final int MOST_NAMED = 8;

  /// The settings that a model which is trained further has already.
  private static final Set<String> SIZES = Set.of("hidden", "layers", "embedding", "letters");

  private final TaggerOptions options;
  private final Sentences train;
  private final @Nullable Sentences validation;
  private final TagForm form;
  private final TagDesign design;
  private final Inputs inputs;
  private final Tokens labels;
  private final List<Understanding> understood = new ArrayList<>();
  private final Fit fit = Fit.inMemory();

  private TaggerTraining(Sentences all, @Nullable Sentences given, TaggerOptions options) {
    this.options = options;
    var counts = counts(all);
    if (counts.size() < 2) {
      var only = Excerpt.of(counts.keySet().iterator().next());
      throw new DataException(
          ("%s: all %d tokens have the tag \"%s\", expected two tags or more; is it the right "
              + "column?").formatted(all.name(), all.count(), only));
    }
    var from = options.from();
    form = from == null ? TagForm.of(counts.keySet()) : from.form();
    say(About.DATA, "%s, %s in %s, %d tags in column %s: %s".formatted(
        count(all.size(), "sentence"), count(all.count(), "token"), all.name(), counts.size(),
        all.column(), described(counts, all.count())));
    if (form == TagForm.LABELS && counts.size() > all.count() / 2) {
      throw new DataException(
          ("%s: %d different tags for %d tokens are too many to be learned; name another column")
              .formatted(all.name(), counts.size(), all.count()));
    }
    if (given != null && !given.hasTags()) {
      throw new DataException("%s has no tags to validate by.".formatted(given.name()));
    }
    if (given != null) {
      form.requireAlike(given);
    }
    if (from != null) {
      form.requireAlike(all);
      requireTags(all, from);
    }
    var held = held(all, given);
    validation = held;
    train = given != null || held == null ? all : all.some(partition(all).train());
    var tags = new HashSet<String>();
    for (int i = 0; i < train.size(); i++) {
      tags.addAll(train.tags(i));
    }
    labels = Tokens.of(from == null ? form.closed(tags) : from.labels());
    design = TagDesign.of(train.size(), options);
    inputs = from == null ? SpelledWords.inputs(tokens(train), design)
        : from.model().architecture().inputs();
    tellOfInputs(tags);
    tellOfValidation();
    if (from != null) {
      say(About.MODEL, "begins with a tagger of %d tags".formatted(labels.size()));
    }
    say(About.MODEL, design.toString());
    int epochs = design.recipe().epochs();
    say(About.TRAINING, validation == null
        ? "%s, of which the last one is kept".formatted(count(epochs, "epoch"))
        : "up to %s, of which the one with the best %s in validation is kept"
            .formatted(count(epochs, "epoch"), monitor().name()));
  }

  /// Prepares the training.
  ///
  /// @param validation the validation data; null to hold out a share of the sentences
  /// @throws DataException one sentence, if there are no tags, only one, or too many to be learned
  public static TaggerTraining of(Sentences sentences, @Nullable Sentences validation,
      TaggerOptions options) {
    DataException.refuseNull(sentences, "the training data");
    DataException.refuseNull(options, "the options");
    if (!sentences.hasTags()) {
      throw new DataException("%s has no tags to learn.".formatted(sentences.name()));
    }
    return new TaggerTraining(sentences, validation, options);
  }

  /// All tags must be those of the tagger that the training begins with, which has an output for
  /// each of its own.
  private void requireTags(Sentences sentences, Tagger from) {
    var known = new HashSet<>(from.labels());
    for (int i = 0; i < sentences.size(); i++) {
      var tags = form.normalized(sentences.tags(i));
      for (int t = 0; t < tags.size(); t++) {
        if (!known.contains(tags.get(t))) {
          throw new DataException(
              ("%s: the tag \"%s\" is not among the %d of the tagger that the training begins with,"
                  + " %s; correct it, or train a new one").formatted(sentences.where(i, t),
                      Excerpt.of(tags.get(t)), known.size(),
                      Excerpt.of(String.join(", ", from.labels()))));
        }
      }
    }
  }

  private static Map<String, Integer> counts(Sentences sentences) {
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < sentences.size(); i++) {
      sentences.tags(i).forEach(tag -> counts.merge(tag, 1, Integer::sum));
    }
    return counts;
  }

  private static String described(Map<String, Integer> counts, int tokens) {
    var some = counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_NAMED)
        .map(e -> "%s %s".formatted(Excerpt.of(e.getKey()),
            String.format(Locale.ROOT, "%.1f %%", 100.0 * e.getValue() / tokens)))
        .collect(Collectors.joining(", "));
    return counts.size() > MOST_NAMED ? some + ", …" : some;
  }

  /// A copy of a sentence is where the first one is.
  private Partition partition(Sentences all) {
    var distinct = Distinct.of(tokens(all));
    var some =
        Partition.stratified(new int[distinct.samples().length], options.validation(),
            options.seed());
    return distinct.copies() == 0 ? some : distinct.all(some);
  }

  private @Nullable Sentences held(Sentences all, @Nullable Sentences given) {
    if (given != null) {
      say(About.SPLIT, "%s to train, %d of %s to validate".formatted(
          count(all.size(), "sentence"), given.size(), given.name()));
      return given;
    }
    int[] chosen = partition(all).validation();
    int copies = Distinct.of(tokens(all)).copies();
    say(About.SPLIT, "%s%s, seed %d".formatted(partition(all), copies == 0 ? ""
        : ", and the %s of a sentence on its side".formatted(copies == 1 ? "1 copy"
            : copies + " copies"),
        options.seed()));
    return chosen.length == 0 ? null : all.some(chosen);
  }

  private void tellOfInputs(Set<String> tags) {
    var words = inputs.tokens();
    var letters = inputs.letters();
    int known = words == null ? 0 : words.size() - 1;
    int characters = letters == null ? 0 : letters.tokens().size() - 1;
    say(About.INPUT,
        "%d known words in small letters, all others by their letters alone, of which %d are known"
            .formatted(known, characters));
    if (form == TagForm.SPANS) {
      say(About.INPUT, "tags are spans of %s in %s, learned as B-, I- and O".formatted(
          count(labels.size() / 2, "type"), TagForm.notation(train)));
    } else {
      say(About.INPUT, "%d tags, each a label of its token".formatted(tags.size()));
    }
  }

  private void tellOfValidation() {
    var checked = validation;
    if (checked == null) {
      return;
    }
    int both = known(checked);
    var unseen = new HashSet<String>();
    for (int i = 0; i < checked.size(); i++) {
      form.normalized(checked.tags(i)).stream().filter(tag -> !labels.has(tag))
          .forEach(unseen::add);
    }
    if (both > 0) {
      say(About.DOUBT,
          "%d of the %s to validate on %s in the part to train on as well; their figures"
              .formatted(both, count(checked.size(), "sentence"), both == 1 ? "is" : "are")
              + " are too good");
    }
    if (!unseen.isEmpty()) {
      say(About.DOUBT, "the tag \"%s\" is not in the part to train on, and counts as wrong;"
          .formatted(Excerpt.of(Collections.min(unseen)))
          + " loss and accuracy after each epoch are without it");
    }
  }

  /// The number of sentences that are in the training part as well, whatever their tags are:
  /// figures of a test on them are too good.
  public int known(Sentences sentences) {
    var seen = new HashSet<>(tokens(train));
    return (int) tokens(sentences).stream().filter(seen::contains).count();
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

  /// What a search for other settings needs to know.
  public Tunable tunable() {
    var space = Space.around(design.defaults());
    return new Tunable(options.from() == null ? space : space.without(SIZES), epochs(),
        monitor().name(), true);
  }

  /// The validation data; null if there is none.
  public @Nullable Sentences validation() {
    return validation;
  }

  private Monitor monitor() {
    return form == TagForm.SPANS ? SpanF1.of(labels.toList(), missed()) : Monitor.ACCURACY;
  }

  /// The number of spans to validate on whose type the model cannot answer.
  long missed() {
    var checked = validation;
    if (checked == null) {
      return 0;
    }
    long missed = 0;
    for (var tags : tags(checked)) {
      missed += SpanCounts.spans(tags).stream().filter(span -> !labels.has(tags.get(span.from())))
          .count();
    }
    return missed;
  }

  /// Trains the tagger.
  ///
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Tagger train() {
    return train(options.listener());
  }

  /// Trains the tagger.
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Tagger train(TrainingListener listener) {
    return train(listener, fit);
  }

  /// Trains the tagger, for example with checkpoints in a folder ([Fit#in]). Whoever gives a fit
  /// stops it by [Fit#stop].
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  /// @throws java.io.UncheckedIOException if a checkpoint cannot be written, or is of another
  ///     training
  public Tagger train(TrainingListener listener, Fit fit) {
    return Fit.on(options.engine(), engine -> train(engine, listener, fit));
  }

  private Tagger train(Engine engine, TrainingListener listener, Fit fit) {
    var outputs = Outputs.tags(labels, form == TagForm.SPANS);
    var parts = new SequenceToSequence.Parts(inputs, design.body(), outputs, options.seed());
    var from = options.from();
    var model = from == null ? parts.initialized()
        : parts.of(ParameterSource.startOf(from.model()));
    if (from == null) {
      model.silenceUnknown(); // with few sentences every word is known
    }
    var checked = validation;
    fit.run(Trainer.of(model).recipe(design.recipe()).engine(engine).monitor(monitor()),
        Batches.of(examples(train), design.batch(), options.seed()),
        checked == null ? null : Batches.byLength(examples(checked), design.batch()), listener);
    return judged(model, engine);
  }

  /// Makes the training end after its current step; the tagger is then that of the best epoch so
  /// far. Any thread may call it.
  public void stop() {
    fit.stop();
  }

  /// Whether the training was stopped.
  public boolean stopped() {
    return fit.stopped();
  }

  private static List<List<String>> tokens(Sentences sentences) {
    var tokens = new ArrayList<List<String>>();
    for (int i = 0; i < sentences.size(); i++) {
      tokens.add(sentences.tokens(i));
    }
    return tokens;
  }

  private List<List<String>> tags(Sentences sentences) {
    var tags = new ArrayList<List<String>>();
    for (int i = 0; i < sentences.size(); i++) {
      tags.add(form.normalized(sentences.tags(i)));
    }
    return tags;
  }

  private List<Example> examples(Sentences sentences) {
    var examples = new ArrayList<Example>();
    var tags = tags(sentences);
    for (int i = 0; i < sentences.size(); i++) {
      int[] wanted =
          tags.get(i).stream().mapToInt(tag -> labels.has(tag) ? labels.number(tag) : -1).toArray();
      examples.add(new Example(SpelledWords.encode(inputs, sentences.tokens(i)),
          new Values.Symbols(wanted)));
    }
    return examples;
  }

  private Tagger judged(SequenceToSequence model, Engine engine) {
    var majority = MajorityTags.of(tokens(train), tags(train));
    var empty = new TagEvaluation(form, labels.toList(), inputs, majority)
        .report("", train.some(), List.of());
    var tagger = new Tagger(model, form, majority, empty, train.column(),
        understood.stream().map(Understanding::text).toList(), train.name());
    var checked = validation;
    var data = checked == null
        ? "the %s of %s that it was trained on: nothing else to judge it by"
            .formatted(count(train.size(), "sentence"), train.name())
        : "%s of %s that validated: the epoch was chosen by them"
            .formatted(count(checked.size(), "sentence"), checked.name());
    return tagger.report(
        tagger.evaluate(checked == null ? train : checked, data, model.predictor(engine)));
  }
}
