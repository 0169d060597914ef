package dev.unroll.model;

import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The beginnings of one sample that a beam search follows, and what has ended.
final class SampleBeam {
  private static final Comparator<Hypothesis> BEST =
      Comparator.comparingDouble(Hypothesis::score).reversed();

  private final Search.Beam beam;
  private final int firstRow;
  private final int border;
  private final boolean ends;
  private final int longest;
  private final List<Hypothesis> ended = new ArrayList<>();

  /// The most probable first.
  private List<Beginning> followed = List.of(new Beginning(0, new int[0], 0));

  private boolean isOver;

  /// @param row where it stands, counted from the sample's first row
  private record Beginning(int row, int[] symbols, double logProbability) {}

  private record Candidate(Beginning from, int symbol, double logProbability) {}

  SampleBeam(Search.Beam beam, int firstRow, Decoder decoder, int longest) {
    this.beam = beam;
    this.firstRow = firstRow;
    border = decoder.border();
    ends = decoder.outputs().ends();
    this.longest = longest;
  }

  /// Whether something is followed that can still become the best.
  boolean goesOn() {
    return !isOver;
  }

  /// One symbol more.
  ///
  /// @param logits of all rows
  /// @param symbols gets the symbols of this sample's rows
  /// @param parents gets the rows that they go on from
  void extend(LogProbabilities logProbabilities, Rows logits, int[] symbols, int[] parents) {
    var candidates = new ArrayList<Candidate>();
    for (var from : followed) {
      int row = firstRow + from.row();
      double normalizer = logProbabilities.normalizer(logits, row);
      for (int symbol = 0; symbol < logits.columns(); symbol++) {
        candidates.add(new Candidate(from, symbol, from.logProbability()
            + LogProbabilities.of(logits, row, symbol, normalizer)));
      }
    }
    // The sort is stable: of equal ones the earlier beginning and symbol come first.
    candidates.sort(Comparator.comparingDouble(Candidate::logProbability).reversed());
    var next = new ArrayList<Beginning>();
    for (var candidate : candidates.subList(0, Math.min(beam.width(), candidates.size()))) {
      var from = candidate.from();
      int length = from.symbols().length;
      if (ends && candidate.symbol() == border) {
        ended.add(new Hypothesis(from.symbols(), true, candidate.logProbability(),
            beam.score(candidate.logProbability(), length + 1)));
      } else if (length < longest) {
        int row = next.size();
        var written = Arrays.copyOf(from.symbols(), length + 1);
        written[length] = candidate.symbol();
        symbols[firstRow + row] = candidate.symbol();
        parents[firstRow + row] = firstRow + from.row();
        next.add(new Beginning(row, written, candidate.logProbability()));
      }
    }
    if (next.isEmpty()) {
      isOver = true; // what was followed has ended, or had no room to go on
    } else {
      followed = next;
      isOver = !canImprove();
    }
  }

  private boolean canImprove() {
    if (!ends && followed.getFirst().symbols().length == longest) {
      return false;
    }
    if (ended.size() < beam.width()) {
      return true;
    }
    double best = ended.stream().mapToDouble(Hypothesis::score).max().orElseThrow();
    // Probabilities only fall, and the penalty divides their logarithm by the most at the end.
    return beam.score(followed.getFirst().logProbability(), longest + 1) > best;
  }

  /// What has ended, the best first; if nothing has, what was followed.
  List<Hypothesis> result() {
    var all = new ArrayList<>(ended);
    if (all.isEmpty()) {
      for (var open : followed) {
        all.add(new Hypothesis(open.symbols(), false, open.logProbability(),
            beam.score(open.logProbability(), open.symbols().length)));
      }
    }
    all.sort(BEST);
    return all;
  }
}
