package dev.unroll.model.loss;

/// The loss of some data as a sum that can be added to others, with the count that its mean is
/// over.
///
/// @param loss the sum over all that counts towards the loss
/// @param count how much counts: steps for the cross-entropies, numbers for the other losses
/// @param right how many steps were predicted right, for losses with accuracy; else 0
public record Score(double loss, long count, long right) {

  /// The score of no data.
  public static final Score NONE = new Score(0, 0, 0);

  /// The score of both together.
  public Score plus(Score other) {
    return new Score(loss + other.loss, count + other.count, right + other.right);
  }

  /// The mean loss; 0 if nothing counts.
  public double mean() {
    return count == 0 ? 0 : loss / count;
  }

  /// The accuracy: the share of right predictions; 0 if nothing counts.
  public double accuracy() {
    return count == 0 ? 0 : (double) right / count;
  }
}
