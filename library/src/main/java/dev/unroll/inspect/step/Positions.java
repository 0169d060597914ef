package dev.unroll.inspect.step;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// A weighted choice of positions of a sequence.
///
/// All positions if there are few enough. Else the sequence is halved, and each half is halved
/// again towards its end: `… 1/16, 1/8, 1/4 | 1/4, 1/8, 1/16 …`; each part gives the same number of
/// positions, evenly spaced, which are weighted by the number that they represent. So a mean over
/// them estimates that over all, and long lags, which only positions near one end have, still have
/// several positions.
///
/// @param places ascending, including the last position
/// @param weights the number of positions that each represents; 1 if all are chosen
public record Positions(int[] places, double[] weights) {
  /// The smallest number of positions of a part.
  private static final int EACH = 4;

  /// Chooses positions.
  ///
  /// @param n the number of positions, at least 1
  /// @param most about how many to choose, at least 1
  public static Positions of(int n, int most) {
    if (most >= n) {
      var weights = new double[n];
      Arrays.fill(weights, 1);
      return new Positions(IntStream.range(0, n).toArray(), weights);
    }
    int halvings = 0;
    while (2 * EACH * (halvings + 1) <= most
        && 2L * (halvings + 1) * (n >> (halvings + 1)) >= most) {
      halvings++;
    }
    if (halvings == 0) {
      return part(0, n, most, true);
    }
    int each = most / (2 * halvings);
    var chosen = new Positions(new int[0], new double[0]);
    for (int i = halvings; i >= 1; i--) {
      int from = i == halvings ? 0 : n >> (i + 1);
      chosen = chosen.and(part(from, n >> i, each, false));
    }
    for (int i = 1; i <= halvings; i++) {
      int to = i == halvings ? n : n - (n >> (i + 1));
      chosen = chosen.and(part(i == 1 ? n >> 1 : n - (n >> i), to, each, true));
    }
    return chosen;
  }

  /// @param last whether the last one of the part is included, else the first
  private static Positions part(int from, int to, int most, boolean last) {
    int n = to - from;
    int each = Math.min(n, most);
    var places = new int[each];
    Arrays.setAll(places, i -> from
        + (last ? (int) ((i + 1L) * n / each) - 1 : (int) ((long) i * n / each)));
    var weights = new double[each];
    Arrays.fill(weights, (double) n / each);
    return new Positions(places, weights);
  }

  private Positions and(Positions more) {
    return new Positions(
        IntStream.concat(Arrays.stream(places), Arrays.stream(more.places)).toArray(),
        DoubleStream
            .concat(Arrays.stream(weights), Arrays.stream(more.weights)).toArray());
  }

  public int count() {
    return places.length;
  }
}
