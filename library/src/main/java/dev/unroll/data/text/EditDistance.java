package dev.unroll.data.text;

/// The edit distance of Levenshtein (1966): the smallest number of insertions, deletions and
/// substitutions of symbols that turn one sequence into the other.
public final class EditDistance {
  private EditDistance() {}

  /// The distance of two sequences, in time `a · b` and memory `b`.
  public static int of(int[] a, int[] b) {
    // row[j]: the distance of the first i symbols of a and the first j of b.
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length];
  }
}
