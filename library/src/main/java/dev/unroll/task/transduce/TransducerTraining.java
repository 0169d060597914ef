package dev.unroll.task.transduce;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
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

  /// Of the training part, where there is nothing else to judge by.
  private static final int MOST_JUDGED = 2_000;

  /// Of the validation data while a search tries settings, which chooses by the monitored figure.
  private static final int MOST_PAUSED = 200;

  /// The settings that a model which is trained further has already.
  private static final Set<String> SIZES = Set.of("hidden", "embedding");

  private final TransducerOptions options;
  private final TransducerDesign design;
  private final PairSymbols symbols;
  private final List<Example> train;
  private final List<Example> validation;
  private final Questions trained;
  private final Questions validates;
  private final Transducer.Setting setting;
  private final List<Understanding> understood;
  private final Fit fit = Fit.inMemory();

  private TransducerTraining(PairSplit split, TransducerOptions options,
      List<Understanding> said) {
    this.options = options;
    understood = said;
    var source = SideStatistics.of(split.train().sources());
    var target = SideStatistics.of(split.train().targets());
    symbols = PairSymbols.of(split.train(), source, target, options, said::add);
    var validating = split.validation();
    trained = symbols.questions(split.train());
    validates = validating == null ? new Questions(List.of(), List.of(), List.of())
        : symbols.questions(validating);
    say(About.SPLIT, split.reason());
    train = symbols.examples(split.train(), said::add);
    validation = validating == null ? List.of() : symbols.examples(validating, _ -> {});
    var from = options.from();
    var writes = symbols.writes();
    design = TransducerDesign.of(train.size(), writes.unit(), options);
    int longest = Math.max(from == null ? 0 : from.setting().longest(), train.stream()
        .mapToInt(example -> example.target().length()).max().orElseThrow());
    var notes = new LinkedHashMap<String, Object>();
    notes.put("name", split.all().name());
    notes.put("train", train.size());
    notes.put("validation", validating == null ? 0 : validating.size());
    notes.put("seed", options.seed());
    setting = new Transducer.Setting(symbols.reads(), writes, longest,
        new TransducerReport.Kind(writes.unit(), target.isNatural(),
            source.wordsPerText() < 1.05),
        frequent(split.train().targets()), split.all().columns(), notes);
    if (from != null) {
      say(About.MODEL, "begins with a transducer");
    }
    say(About.MODEL, design.toString());
    int epochs = design.recipe().epochs();
    var number = epochs == 1 ? "1 epoch" : epochs + " epochs";
    say(About.TRAINING, validation.isEmpty()
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
    return new TransducerTraining(PairSplit.of(pairs, validation, options), options, said);
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
    var parts = design.parts(symbols.sources(), symbols.targets(), options.seed());
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
