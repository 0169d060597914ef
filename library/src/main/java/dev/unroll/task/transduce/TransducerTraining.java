package dev.unroll.task.transduce;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.split.Partition;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.score.Bleu;
import dev.unroll.table.Pairs;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The training of a transducer: the pairs are read, split and analyzed first ([#understood]), and
/// nothing is trained before [#train].
public final class TransducerTraining {
  /// Of the validation data so many sources are decoded after each epoch.
  private static final int MOST_MONITORED = 2_000;
  private static final int MOST_SENTENCES_MONITORED = 500;

  /// More sources than this hardly judge better, but are missing in the training part.
  private static final int MOST_VALIDATING = 5_000;

  /// Of the training part, where there is nothing else to judge by.
  private static final int MOST_JUDGED = 2_000;

  /// Longer pairs are left out: they would need memory for all of a batch.
  private static final int LONGEST = 300;

  /// Of the validation data while a search tries settings, which chooses by the monitored figure.
  private static final int MOST_PAUSED = 200;

  private static final String BEFORE = "as the model that it begins with";
  private static final int FEW_PAIRS = 1_000;
  private static final int MOST_SYMBOLS = 30_000;

  /// The settings that a model which is trained further has already.
  private static final Set<String> SIZES = Set.of("hidden", "embedding");

  private final TransducerOptions options;
  private final TransducerDesign design;
  private final List<Example> train;
  private final List<Example> validation;
  private final Questions trained;
  private final Questions validates;
  private final Tokens sources;
  private final Tokens targets;
  private final Transducer.Setting setting;
  private final List<Understanding> understood;
  private final Fit fit = Fit.inMemory();

  private TransducerTraining(Pairs all, Pairs train, @Nullable Pairs validation, String split,
      TransducerOptions options, List<Understanding> said) {
    this.options = options;
    understood = said;
    var source = SideStatistics.of(train.sources());
    var target = SideStatistics.of(train.targets());
    var from = options.from();
    var reads = from == null ? side(train.sources(), source, options.source(), options)
        : known("sources", from.source(), options.source(), options);
    var writes = from == null ? side(train.targets(), target, options.target(), options)
        : known("targets", from.target(), options.target(), options);
    trained = questions(train, reads);
    validates = validation == null ? new Questions(List.of(), List.of(), List.of())
        : questions(validation, reads);
    sources = from == null ? tokens(reads, train.sources())
        : requireNonNull(from.model().architecture().inputs().tokens());
    targets = from == null ? tokens(writes, train.targets())
        : requireNonNull(from.model().architecture().outputs().labels());
    say(About.INPUT, "sources by %s (%s), %d known and all others as one that is unknown".formatted(
        reads, from == null ? why(source, options.source()) : BEFORE, sources.size() - 1));
    say(About.INPUT, "targets by %s (%s), %d known".formatted(
        writes, from == null ? why(target, options.target()) : BEFORE, targets.size() - 1));
    if (from != null) {
      tellOfTargets(train, writes);
    }
    say(About.SPLIT, split);
    this.train = examples(train, reads, writes, true);
    this.validation = validation == null ? List.of() : examples(validation, reads, writes, false);
    design = TransducerDesign.of(this.train.size(), writes.unit(), options);
    int longest = Math.max(from == null ? 0 : from.setting().longest(), this.train.stream()
        .mapToInt(example -> example.target().length()).max().orElseThrow());
    var notes = new LinkedHashMap<String, Object>();
    notes.put("name", all.name());
    notes.put("train", this.train.size());
    notes.put("validation", validation == null ? 0 : validation.size());
    notes.put("seed", options.seed());
    setting = new Transducer.Setting(reads, writes, longest,
        new TransducerReport.Kind(writes.unit(), target.isNatural(),
            source.wordsPerText() < 1.05),
        frequent(train.targets()), all.columns(), notes);
    if (from != null) {
      say(About.MODEL, "begins with a transducer");
    }
    say(About.MODEL, design.toString());
    int epochs = design.recipe().epochs();
    var number = epochs == 1 ? "1 epoch" : epochs + " epochs";
    say(About.TRAINING, this.validation.isEmpty()
        ? number + ", of which the last one is kept"
        : ("up to %s, of which the one with the best %s in validation is kept, decoded "
            + "greedily")
            .formatted(number, figure()));
  }

  /// Prepares the training on pairs.
  ///
  /// @param validation the validation data; null to hold out a share of the sources. Pairs of the
  ///     training data with a source that is in it are left out
  /// @throws DataException one sentence, if there is nothing left to train on, or all targets are
  ///     equal
  public static TransducerTraining of(Pairs pairs, @Nullable Pairs validation,
      TransducerOptions options) {
    var said = new ArrayList<Understanding>();
    said.add(new Understanding(About.DATA,
        "%d pairs of %s: \"%s\" becomes \"%s\", such as \"%s\" → \"%s\"".formatted(pairs.size(),
            pairs.name(), Excerpt.of(pairs.columns().getFirst()),
            Excerpt.of(pairs.columns().getLast()), Excerpt.of(pairs.sources().getFirst()),
            Excerpt.of(pairs.targets().getFirst()))));
    if (!pairs.skipped().isEmpty()) {
      int empty = pairs.skipped().size();
      said.add(new Understanding(About.DOUBT, "%s an empty side and %s left out (%s)"
          .formatted(empty == 1 ? "1 pair has" : empty + " pairs have", empty == 1 ? "is" : "are",
              pairs.skipped().getFirst())));
    }
    if (pairs.targets().stream().distinct().limit(2).count() < 2) {
      throw new DataException(
          ("%s: %s \"%s\", so that there is nothing to learn; is the column "
              + "another one?")
              .formatted(pairs.name(), pairs.size() == 1 ? "the only target is"
                  : "all %d targets are".formatted(pairs.size()),
                  Excerpt.of(pairs.targets().getFirst())));
    }
    return validation == null ? divided(pairs, options, said)
        : beside(pairs, validation, options, said);
  }

  private static TransducerTraining divided(Pairs pairs, TransducerOptions options,
      List<Understanding> said) {
    if (options.validation() == 0) {
      return new TransducerTraining(pairs, pairs, null,
          "%d to train, none to validate".formatted(pairs.size()), options, said);
    }
    var groups = pairs.sources().stream().map(Segmentation::normal).toList();
    double share = Math.min(options.validation(), (double) MOST_VALIDATING / groups.size());
    var parts = Partition.grouped(groups, share, options.seed());
    return new TransducerTraining(pairs, pairs.rows(parts.train()), pairs.rows(parts.validation()),
        "%s: equal sources on the same side, seed %d".formatted(parts, options.seed()), options,
        said);
  }

  private static TransducerTraining beside(Pairs pairs, Pairs validation,
      TransducerOptions options, List<Understanding> said) {
    Set<String> held = new HashSet<>();
    validation.sources().forEach(source -> held.add(Segmentation.normal(source)));
    var all = pairs.sources();
    int[] rest = IntStream.range(0, pairs.size())
        .filter(i -> !held.contains(Segmentation.normal(all.get(i)))).toArray();
    if (rest.length == 0) {
      throw new DataException(
          "%s: every source is in %s as well, so that none is left to train on; give other data."
              .formatted(pairs.name(), validation.name()));
    }
    int left = pairs.size() - rest.length;
    return new TransducerTraining(pairs, pairs.rows(rest), validation,
        "%d to train, %d of %s to validate%s".formatted(rest.length, validation.size(),
            validation.name(), left == 0 ? ""
                : "; %d pairs whose sources validate are left out of training".formatted(left)),
        options, said);
  }

  /// Those that are short enough to be decoded.
  private static Questions questions(Pairs pairs, Segmentation reads) {
    return Questions.of(pairs).which(source -> reads.split(source).size() <= LONGEST);
  }

  private static Segmentation side(List<String> texts, SideStatistics statistics,
      Segmentation.@Nullable Unit unit, TransducerOptions options) {
    return Segmentation.of(unit == null ? statistics.unit() : unit, texts,
        options.merges() > 0 ? options.merges() : statistics.merges());
  }

  /// How the transducer that the training begins with cuts one side.
  private static Segmentation known(String side, Segmentation known,
      Segmentation.@Nullable Unit unit, TransducerOptions options) {
    if (unit != null && unit != known.unit()) {
      throw new IllegalArgumentException(
          ("%s are to be cut into %s, but the transducer that the training begins with has %s; "
              + "leave it out").formatted(side, unit.word(), known.unit().word()));
    }
    if (options.merges() > 0) {
      throw new IllegalArgumentException(
          ("%d merges are asked, but the transducer that the training begins with has symbols "
              + "already;")
              .formatted(options.merges()) + " leave them out");
    }
    return known;
  }

  /// Targets with symbols that the model has no output for: it would learn to write that it does
  /// not know.
  private void tellOfTargets(Pairs pairs, Segmentation writes) {
    int unknown = 0;
    String first = "";
    for (int i = 0; i < pairs.size(); i++) {
      var missing = writes.split(pairs.targets().get(i)).stream()
          .filter(symbol -> !targets.has(symbol)).findFirst();
      if (missing.isPresent()) {
        unknown++;
        first = first.isEmpty()
            ? "%s: \"%s\"".formatted(pairs.where(i), Excerpt.of(missing.get()))
            : first;
      }
    }
    if (unknown == pairs.size()) {
      throw new DataException(
          ("%s: every target has a symbol that the transducer which the training begins with does "
              + "not write (%s); is the column another one?").formatted(pairs.name(), first));
    }
    if (unknown > 0) {
      say(About.DOUBT, "%d of the %d targets have a symbol that is not among those known (%s)"
          .formatted(unknown, pairs.size(), first));
    }
  }

  private static String why(SideStatistics statistics, Segmentation.@Nullable Unit unit) {
    return unit == null ? statistics.reason() : "as you said";
  }

  /// The symbols that occur twice, or once in few pairs; rarer ones become the unknown one, so that
  /// it is learned.
  private static Tokens tokens(Segmentation side, List<String> texts) {
    var sequences = new ArrayList<List<String>>(texts.size());
    texts.forEach(text -> sequences.add(side.split(text)));
    int least = texts.size() < FEW_PAIRS ? 1 : 2;
    var tokens = Tokens.frequent(sequences, least);
    while (tokens.size() > MOST_SYMBOLS) {
      tokens = Tokens.frequent(sequences, ++least);
    }
    return tokens;
  }

  private List<Example> examples(Pairs pairs, Segmentation reads, Segmentation writes,
      boolean tell) {
    var examples = new ArrayList<Example>(pairs.size());
    var all = pairs.sources();
    var right = pairs.targets();
    String first = null;
    for (int i = 0; i < pairs.size(); i++) {
      int[] source = sources.encode(reads.split(all.get(i)));
      int[] target = targets.encode(writes.split(right.get(i)));
      if (Math.max(source.length, target.length) <= LONGEST) {
        examples.add(new Example(new Symbols(source), new Symbols(target)));
      } else if (first == null) {
        first = pairs.where(i);
      }
    }
    if (examples.isEmpty()) {
      throw new DataException("%s: all pairs are longer than %d symbols; divide them."
          .formatted(pairs.name(), LONGEST));
    }
    if (tell && first != null) {
      int left = pairs.size() - examples.size();
      say(About.DOUBT, "%s longer than %d symbols and %s left out (%s)".formatted(
          left == 1 ? "1 pair is" : left + " pairs are", LONGEST, left == 1 ? "is" : "are",
          first));
    }
    return examples;
  }

  private static String frequent(List<String> targets) {
    var counts = new HashMap<String, Integer>();
    targets.forEach(target -> counts.merge(Segmentation.normal(target), 1, Integer::sum));
    return Collections.max(counts.entrySet(),
        Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .getKey();
  }

  private void say(About about, String text) {
    understood.add(new Understanding(about, text));
  }

  /// The findings about the data and the decisions, in order.
  public List<Understanding> understood() {
    return Collections.unmodifiableList(understood);
  }

  /// The different sources of the training part.
  public List<String> sources() {
    return trained.sources();
  }

  /// Whether there is validation data, so that the best epoch is kept; else the last one.
  public boolean validates() {
    return !validation.isEmpty();
  }

  /// The largest number of epochs.
  public int epochs() {
    return design.recipe().epochs();
  }

  /// What a search for other settings needs to know.
  public Tunable tunable() {
    var space = Space.around(design.defaults());
    return new Tunable(options.from() == null ? space : space.without(SIZES), epochs(), figure(),
        true);
  }

  /// How many of the different sources of some pairs are in the training part as well, so that
  /// their answers need not be found.
  public int known(Pairs pairs) {
    var known = new HashSet<>(trained.sources());
    return (int) Questions.of(pairs).sources().stream().filter(known::contains).count();
  }

  /// The name of the figure by which the epoch is chosen.
  private String figure() {
    return setting.kind().language() ? "BLEU" : "exact match";
  }

  /// The figure on a part of the validation data, decoded greedily.
  private Monitor monitor(TextWriter writer) {
    boolean language = setting.kind().language();
    var some = validates.atMost(language ? MOST_SENTENCES_MONITORED : MOST_MONITORED);
    return Monitor.of(figure(), true, (_, _, _) -> {
      writer.load();
      var said = writer.best(some.sources(), 1);
      return language ? Bleu.of(said, some.references())
          : (double) IntStream.range(0, said.size())
              .filter(i -> some.references().get(i).contains(said.get(i))).count() / said.size();
    });
  }

  /// Trains the transducer.
  ///
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Transducer train() {
    return train(options.listener());
  }

  /// Trains the transducer.
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Transducer train(TrainingListener listener) {
    return train(listener, fit);
  }

  /// Trains the transducer, for example with checkpoints in a folder ([Fit#in]). Whoever gives a
  /// fit stops it by [Fit#stop].
  ///
  /// @param listener is notified, instead of the listener of the options
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  /// @throws java.io.UncheckedIOException if a checkpoint cannot be written, or is of another
  ///     training
  public Transducer train(TrainingListener listener, Fit fit) {
    return Fit.on(options.engine(), engine -> train(engine, listener, fit));
  }

  private Transducer train(Engine engine, TrainingListener listener, Fit fit) {
    var parts = design.parts(sources, targets, options.seed());
    var from = options.from();
    var model = from == null ? parts.initialized()
        : parts.of(ParameterSource.startOf(from.model()));
    if (from == null) {
      model.silenceUnknown(); // with few pairs every symbol is known
    }
    fit.run(
        Trainer.of(model).recipe(design.recipe()).engine(engine)
            .monitor(monitor(new TextWriter(model, setting, engine))),
        Batches.of(train, design.batch(), options.seed()),
        validation.isEmpty() ? null : Batches.byLength(validation, design.batch()), listener);
    return judged(model, engine, !fit.finished() && !fit.stopped());
  }

  /// Makes the training end after its current step; the transducer is then that of the best epoch
  /// so far. Any thread may call it.
  public void stop() {
    fit.stop();
  }

  /// Whether the training was stopped.
  public boolean stopped() {
    return fit.stopped();
  }

  /// @param paused whether the training is to go on, so that a part of the data will do
  private Transducer judged(EncoderDecoder model, Engine engine, boolean paused) {
    boolean judges = !validation.isEmpty();
    var questions = paused ? validates.atMost(MOST_PAUSED)
        : judges ? validates : trained.atMost(MOST_JUDGED);
    var data = judges
        ? "%s of %s that validated: the epoch was chosen by them".formatted(
            questions.size() == 1 ? "1 "
                + "source" : questions.size() + " sources",
            setting.notes().get("name"))
        : "%d of the sources of %s that it was trained on: nothing else to judge it by".formatted(
            questions.size(), setting.notes().get("name"));
    var answers = new TextWriter(model, setting, engine)
        .transduce(questions.sources(), Transducer.BEAM);
    return new Transducer(model, setting, new Answers(questions, answers).report(data, setting));
  }
}
