package dev.unroll.model;

/// What a run of a model is bound to.
///
/// @param time the largest number of steps of an input
/// @param targetTime the largest number of steps of a target; 1 for a vector
/// @param batch B, the columns of every batch
/// @param training whether gradients will be asked for; dropout acts only then
public record ModelBounds(int time, int targetTime, int batch, boolean training) {

  /// @throws IllegalArgumentException if a number is below 1
  public ModelBounds {
    if (time < 1 || targetTime < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d steps of input, %d of target and %d samples; expected at least 1 of each"
              .formatted(time, targetTime, batch));
    }
  }

  /// The same for training.
  public ModelBounds forTraining() {
    return new ModelBounds(time, targetTime, batch, true);
  }

  /// The same for predictions.
  public ModelBounds forPrediction() {
    return new ModelBounds(time, targetTime, batch, false);
  }
}
