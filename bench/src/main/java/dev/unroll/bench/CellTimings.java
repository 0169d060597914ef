package dev.unroll.bench;

import dev.unroll.cell.Cells;
import java.util.Arrays;
import java.util.List;

/// A command line of `[ROUNDS [CELL…]]`: something that is timed for each cell, with code that is
/// warm from the start.
final class CellTimings {
  private static final List<String> CELLS = List.of("lstm", "gru", "rnn");

  private CellTimings() {}

  /// Prints a line for a cell.
  interface Timing {
    void print(String cell, int rounds);
  }

  /// Runs the timing for each cell that is named, else for lstm, gru and rnn. Where the words are
  /// wrong, it says so and ends the program with 2.
  ///
  /// @param rounds how many, where none is given
  static void run(String[] words, int rounds, Timing timing) {
    int given = rounds;
    var cells = words.length > 1 ? Arrays.asList(words).subList(1, words.length) : CELLS;
    try {
      given = words.length > 0 ? rounds(words[0]) : rounds;
      cells.forEach(Cells::find);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    System.setProperty("unroll.warmup", "eager");
    for (var cell : cells) {
      timing.print(cell, given);
    }
  }

  private static int rounds(String word) {
    if (!word.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          "the rounds are '%s'; expected a whole number from 1 to 999999".formatted(word));
    }
    return Integer.parseInt(word);
  }
}
