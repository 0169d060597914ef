package dev.unroll.model.decoding;

import dev.unroll.model.Decoding.Hypothesis;
import dev.unroll.model.Search;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.model.part.LogProbabilities;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The beam of one sample: the prefixes that are followed, the ended sequences and those cut off.
public final class SampleBeam {
  private static final Comparator<Hypothesis> BEST =
      Comparator.comparingDouble(Hypothesis::score).reversed();

  private final Search.Beam beam;
  private final int firstRow;
  private final Parameters parameters;
  private final int border;
  private final boolean ends;
  private final int longest;
  private final Permitted permitted;
  private final List<Hypothesis> ended = new ArrayList<>();
  private final List<Hypothesis> cut = new ArrayList<>();
  private final Best best;

  /// The prefixes that are followed, the most probable first.
  private List<Beginning> followed = List.of(new Beginning(0, new int[0], 0));

  private boolean isOver;

  /// @param row its row, counted from the sample's first row
  private record Beginning(int row, int[] symbols, double logProbability) {}

  public SampleBeam(Search.Beam beam, int firstRow, Decoder decoder, int longest,
      Permitted permitted) {
    this.permitted = permitted;
    this.beam = beam;
    this.firstRow = firstRow;
    parameters = decoder.parameters();
    border = decoder.border();
    ends = decoder.outputs().ends();
    this.longest = longest;
    best = new Best(beam.width());
  }

  /// Whether a prefix is followed that can still become the best.
  public boolean goesOn() {
    return !isOver;
  }

  /// Refuses logits of followed prefixes that are not finite.
  ///
  /// @throws IllegalStateException if there are some
  public void requireProbabilities(Rows logits) {
    for (var from : followed) {
      FiniteAnswers.requireLogits(logits, firstRow + from.row(), parameters);
    }
  }

  /// Extends the prefixes by one symbol.
  ///
  /// @param logits of all rows
  /// @param symbols gets the symbols of this sample's rows
  /// @param parents gets the rows that they continue from
  public void extend(LogProbabilities logProbabilities, Rows logits, int[] symbols, int[] parents) {
    if (ends && followed.getFirst().symbols().length == longest) {
      stop(logProbabilities, logits);
      return;
    }
    best.clear();
    for (int f = 0; f < followed.size(); f++) {
      var from = followed.get(f);
      int row = firstRow + from.row();
      double normalizer = logProbabilities.normalizer(logits, row);
      for (int symbol = 0; symbol < logits.columns(); symbol++) {
        if (permitted.has(symbol, from.symbols().length)) {
          best.offer(f, symbol, from.logProbability()
              + LogProbabilities.of(logits, row, symbol, normalizer));
        }
      }
    }
    var next = new ArrayList<Beginning>();
    for (int i = 0; i < best.size; i++) {
      var from = followed.get(best.from[i]);
      int symbol = best.symbols[i];
      int length = from.symbols().length;
      if (ends && symbol == border) {
        ended.add(ended(from, best.logProbabilities[i]));
      } else {
        int row = next.size();
        var written = Arrays.copyOf(from.symbols(), length + 1);
        written[length] = symbol;
        symbols[firstRow + row] = symbol;
        parents[firstRow + row] = firstRow + from.row();
        next.add(new Beginning(row, written, best.logProbabilities[i]));
      }
    }
    if (next.isEmpty()) {
      isOver = true; // all followed prefixes have ended
    } else {
      followed = next;
      isOver = !canImprove();
    }
  }

  /// Called at the limit: a prefix ends if its end is likelier than each other symbol, as in greedy
  /// search, and else it is cut off. Not both: a prefix is likelier than itself with an end.
  private void stop(LogProbabilities logProbabilities, Rows logits) {
    for (var from : followed) {
      int row = firstRow + from.row();
      double normalizer = logProbabilities.normalizer(logits, row);
      double end = LogProbabilities.of(logits, row, border, normalizer);
      boolean isLikeliest = true;
      for (int symbol = 0; symbol < logits.columns(); symbol++) {
        isLikeliest &= symbol == border || !permitted.has(symbol, longest)
            || LogProbabilities.of(logits, row, symbol, normalizer) < end;
      }
      if (isLikeliest) {
        ended.add(ended(from, from.logProbability() + end));
      } else {
        cut.add(open(from, true));
      }
    }
    isOver = true;
  }

  private Hypothesis ended(Beginning from, double logProbability) {
    return new Hypothesis(from.symbols(), true, false, logProbability,
        beam.score(logProbability, from.symbols().length + 1));
  }

  private Hypothesis open(Beginning from, boolean isCut) {
    return new Hypothesis(from.symbols(), false, isCut, from.logProbability(),
        beam.score(from.logProbability(), from.symbols().length));
  }

  private boolean canImprove() {
    if (!ends && followed.getFirst().symbols().length == longest) {
      return false;
    }
    if (ended.size() < beam.width()) {
      return true;
    }
    double best = ended.stream().mapToDouble(Hypothesis::score).max().orElseThrow();
    // Probabilities only fall, and the length penalty is largest at the limit.
    return beam.score(followed.getFirst().logProbability(), longest + 1) > best;
  }

  /// The sequences that ended or were cut off, the best first; without an end symbol, those
  /// followed.
  public List<Hypothesis> result() {
    var all = new ArrayList<>(ended);
    all.addAll(cut);
    if (all.isEmpty()) {
      for (var one : followed) {
        all.add(open(one, false));
      }
    }
    all.sort(BEST);
    return all;
  }

  /// The best continuations, the most probable first; of equal ones that of the earlier prefix and
  /// symbol, which are offered in this order. There are as many candidates as prefixes times
  /// symbols, so they are not kept.
  private static final class Best {
    private final int[] from;
    private final int[] symbols;
    private final double[] logProbabilities;
    private int size;

    Best(int width) {
      from = new int[width];
      symbols = new int[width];
      logProbabilities = new double[width];
    }

    void clear() {
      size = 0;
    }

    void offer(int prefix, int symbol, double logProbability) {
      int at = size;
      while (at > 0 && logProbability > logProbabilities[at - 1]) {
        at--;
      }
      if (at == from.length) {
        return;
      }
      size = Math.min(size + 1, from.length);
      int after = size - at - 1;
      System.arraycopy(from, at, from, at + 1, after);
      System.arraycopy(symbols, at, symbols, at + 1, after);
      System.arraycopy(logProbabilities, at, logProbabilities, at + 1, after);
      from[at] = prefix;
      symbols[at] = symbol;
      logProbabilities[at] = logProbability;
    }
  }
}
