package dev.unroll.train;

/// How a model is trained.
///
/// @param epochs passes over the training text
/// @param batch B, streams read side by side
/// @param time T, steps through which gradients flow
/// @param learningRate of Adam, before the schedule
/// @param schedule how the learning rate changes
/// @param clip the largest norm of all gradients together, 0 for no clipping
/// @param patience epochs without a better validation loss after which training stops
/// @param recompute the steps of a segment whose activations are kept, while the others are computed
///     again on the way back: less memory, one more pass forward, and gradients of other rounding
///     ([dev.unroll.layer.Recomputed]); 0 to keep all
public record TrainingSettings(
    int epochs,
    int batch,
    int time,
    double learningRate,
    Schedule schedule,
    double clip,
    int patience,
    int recompute) {

  /// @throws IllegalArgumentException that names the setting, what was expected and what was given
  public TrainingSettings {
    atLeastOne("epochs", epochs);
    atLeastOne("batch", batch);
    atLeastOne("time", time);
    atLeastOne("patience", patience);
    if (recompute < 0) {
      throw new IllegalArgumentException(
          "recompute is %d, expected the steps of a segment, or 0 for none".formatted(recompute));
    }
    if (!(learningRate > 0 && learningRate < 10)) {
      throw new IllegalArgumentException(
          "the learning rate is %s, expected a number above 0 and below 10, such as 0.002"
              .formatted(learningRate));
    }
    if (!(clip >= 0 && clip < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the clipping norm is %s, expected a positive number, or 0 for no clipping"
              .formatted(clip));
    }
  }

  /// Settings that suit a text of about a million characters.
  public static TrainingSettings of(int epochs) {
    return new TrainingSettings(epochs, 32, 64, 0.004, Schedule.COSINE, 1, 5, 0);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s is %d, expected at least 1".formatted(name, value));
    }
  }
}
