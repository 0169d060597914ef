package dev.unroll.model;

import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.Comparator;

/// How the next symbol is drawn from its distribution.
///
/// ```
/// p ∝ exp(logit / temperature)
/// ```
///
/// restricted to the `topK` most probable symbols, and of these to the fewest whose probabilities
/// add up to `topP` (Holtzman et al. 2020, arXiv 1904.09751).
///
/// @param temperature 0 always takes the most probable symbol, 1 samples the predicted distribution
/// @param topK how many symbols are considered, 0 for all
/// @param topP the share of the probability that is considered, 1 for all of it
public record Sampling(double temperature, int topK, double topP) {

  /// @throws IllegalArgumentException that names the value, what was expected and what was given
  public Sampling {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "the temperature is %s, expected a number from 0 to 100".formatted(temperature));
    }
    if (topK < 0) {
      throw new IllegalArgumentException(
          "top-k is %d, expected a number of symbols, or 0 for all".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "top-p is %s, expected a probability above 0 and up to 1".formatted(topP));
    }
  }

  /// Draws a symbol.
  ///
  /// @param logits the first row of these is read
  /// @param u a uniform number in [0, 1)
  public int draw(Rows logits, double u) {
    int n = logits.columns();
    var z = logits.array();
    int at = logits.offset();
    var order = new Integer[n];
    Arrays.setAll(order, i -> i);
    // Of equal logits, the symbol that is first in the vocabulary comes first.
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -z[at + i]));
    if (temperature == 0) {
      return order[0];
    }
    int count = topK == 0 ? n : Math.min(topK, n);
    while (count > 1 && z[at + order[count - 1]] == Float.NEGATIVE_INFINITY) {
      count--; // what is impossible is not drawn, however the sums are rounded
    }
    var p = new double[count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      p[i] = StrictMath.exp((z[at + order[i]] - z[at + order[0]]) / temperature);
      total += p[i];
    }
    int considered = 0;
    double sum = 0;
    while (considered < count && (considered == 0 || sum < topP * total)) {
      sum += p[considered++];
    }
    double target = u * sum;
    double passed = 0;
    for (int i = 0; i < considered; i++) {
      passed += p[i];
      if (target < passed) {
        return order[i];
      }
    }
    return order[considered - 1];
  }
}
