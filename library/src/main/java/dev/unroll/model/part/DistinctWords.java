package dev.unroll.model.part;

import java.util.Arrays;

/// The different words of a batch, the short ones first, and of one length in the order in which
/// they first occur. Finding them allocates nothing.
final class DistinctWords {
  private static final int FREE = -1;
  private static final int[] NONE = {};

  private final int[] table;
  private final int[] numbers;
  private final int[] places;
  private final int[][] found;
  private final int[][] sorted;
  private int[] starts = new int[64];
  private int rows;
  private int count;

  /// @param rows the largest number of words
  DistinctWords(int rows) {
    table = new int[Integer.highestOneBit(Math.max(1, rows)) * 4];
    numbers = new int[rows];
    places = new int[rows];
    found = new int[rows][];
    sorted = new int[rows][];
  }

  /// Finds the different ones.
  ///
  /// @param words of which the first `n` are looked at; one without letters is none
  void find(int[][] words, int n) {
    Arrays.fill(table, FREE);
    rows = n;
    count = 0;
    int longest = 0;
    for (int row = 0; row < n; row++) {
      numbers[row] = words[row].length == 0 ? FREE : number(words[row]);
      longest = Math.max(longest, words[row].length);
    }
    sort(longest);
    for (int row = 0; row < n; row++) {
      if (numbers[row] >= 0) {
        numbers[row] = places[numbers[row]];
      }
    }
  }

  private int number(int[] word) {
    int at = Arrays.hashCode(word);
    at ^= at >>> 16;
    for (at &= table.length - 1; table[at] != FREE; at = at + 1 & table.length - 1) {
      if (Arrays.equals(found[table[at]], word)) {
        return table[at];
      }
    }
    table[at] = count;
    found[count] = word;
    return count++;
  }

  /// Counts the words of each length, and puts each in its place.
  private void sort(int longest) {
    if (longest + 2 > starts.length) {
      starts = new int[2 * longest + 2];
    }
    Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[found[i].length + 1]++;
    }
    for (int length = 1; length < starts.length; length++) {
      starts[length] += starts[length - 1];
    }
    for (int i = 0; i < count; i++) {
      places[i] = starts[found[i].length]++;
      sorted[places[i]] = found[i];
    }
    Arrays.fill(found, 0, count, NONE);
  }

  /// The number of rows that were looked at.
  int rows() {
    return rows;
  }

  /// The number of different words.
  int count() {
    return count;
  }

  /// The place of the word of a row among the different ones; −1 for none.
  int place(int row) {
    return numbers[row];
  }

  /// The letters of a different word.
  int[] letters(int place) {
    return sorted[place];
  }

  long bytes() {
    return 4L * (table.length + numbers.length + places.length) + 16L * found.length;
  }
}
