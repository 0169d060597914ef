package dev.unroll.model.loss;

/// What a loss says of some data: a sum that can be added to others, and what it is a mean over.
///
/// @param loss the sum over all that was asked
/// @param count how much was asked: steps for the cross-entropies, numbers for the other losses
/// @param right how many steps were answered right, for a loss that knows; else 0
public record Score(double loss, long count, long right) {

  /// Of nothing.
  public static final Score NONE = new Score(0, 0, 0);

  /// Of both together.
  public Score plus(Score other) {
    return new Score(loss + other.loss, count + other.count, right + other.right);
  }

  /// The mean loss; 0 where nothing was asked.
  public double mean() {
    return count == 0 ? 0 : loss / count;
  }

  /// The share of right answers; 0 where nothing was asked.
  public double accuracy() {
    return count == 0 ? 0 : (double) right / count;
  }
}
