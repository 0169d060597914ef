package dev.unroll.task.transduce;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Pairs;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How both sides of pairs are cut into symbols, and which symbols are known: chosen by the
/// training data, or those of the transducer that the training begins with.
///
/// @param reads cuts sources
/// @param writes cuts targets
/// @param sources the symbols of sources
/// @param targets the symbols of targets
record PairSymbols(Segmentation reads, Segmentation writes, Tokens sources, Tokens targets) {
  /// Longer pairs are left out: they would need memory for all of a batch.
  static final int LONGEST = 300;

  private static final String BEFORE = "as the model that it begins with";
  private static final int FEW_PAIRS = 1_000;
  private static final int MOST_SYMBOLS = 30_000;

  /// Chooses the symbols.
  ///
  /// @param source of the sources that are trained on
  /// @param target of their targets
  /// @param said gets what was chosen, and what is in doubt
  /// @throws DataException if no target can be written
  static PairSymbols of(Pairs train, SideStatistics source, SideStatistics target,
      TransducerOptions options, Consumer<Understanding> said) {
    var from = options.from();
    var reads = from == null ? side(train.sources(), source, options.source(), options)
        : known("sources", from.source(), options.source(), options);
    var writes = from == null ? side(train.targets(), target, options.target(), options)
        : known("targets", from.target(), options.target(), options);
    var architecture = from == null ? null : from.model().architecture();
    var symbols = new PairSymbols(reads, writes,
        architecture == null ? tokens(reads, train.sources())
            : requireNonNull(architecture.inputs().tokens()),
        architecture == null ? tokens(writes, train.targets())
            : requireNonNull(architecture.outputs().labels()));
    said.accept(new Understanding(About.INPUT,
        "sources by %s (%s), %d known and all others as one that is unknown".formatted(reads,
            from == null ? why(source, options.source()) : BEFORE, symbols.sources.size() - 1)));
    said.accept(new Understanding(About.INPUT, "targets by %s (%s), %d known".formatted(writes,
        from == null ? why(target, options.target()) : BEFORE, symbols.targets.size() - 1)));
    if (from != null) {
      symbols.tellOfTargets(train, said);
    }
    return symbols;
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
  private void tellOfTargets(Pairs pairs, Consumer<Understanding> said) {
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
      said.accept(new Understanding(About.DOUBT,
          "%d of the %d targets have a symbol that is not among those known (%s)"
              .formatted(unknown, pairs.size(), first)));
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

  /// Pairs as examples.
  ///
  /// @param said is told what was left out
  /// @throws DataException if all of them are too long
  List<Example> examples(Pairs pairs, Consumer<Understanding> said) {
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
    if (first != null) {
      int left = pairs.size() - examples.size();
      said.accept(new Understanding(About.DOUBT,
          "%s longer than %d symbols and %s left out (%s)".formatted(
              left == 1 ? "1 pair is" : left + " pairs are", LONGEST, left == 1 ? "is" : "are",
              first)));
    }
    return examples;
  }

  /// The sources that are short enough, each with its targets.
  Questions questions(Pairs pairs) {
    return Questions.of(pairs).which(source -> reads.split(source).size() <= LONGEST);
  }
}
