package dev.unroll.train;

/// How a language model is trained on a text.
///
/// @param batch B, streams read side by side
/// @param time T, steps through which gradients flow
/// @param recompute the steps of a segment whose activations are kept, while the others are computed
///     again on the way back: less memory, one more pass forward, and gradients of other rounding
///     ([dev.unroll.layer.Recomputed]); 0 to keep all
/// @param recipe how it learns
public record TrainingSettings(int batch, int time, int recompute, Recipe recipe) {

  /// @throws IllegalArgumentException that names the setting, what was expected and what was given
  public TrainingSettings {
    Numbers.requireAtLeastOne("batch", batch);
    Numbers.requireAtLeastOne("time", time);
    if (recompute < 0) {
      throw new IllegalArgumentException(
          "recompute is %d, expected the steps of a segment, or 0 for none".formatted(recompute));
    }
  }

  /// With Adam.
  ///
  /// @param clip the largest norm of all gradients together, 0 for no clipping
  public TrainingSettings(int epochs, int batch, int time, double learningRate, Schedule schedule,
      double clip, int patience, int recompute) {
    this(batch, time, recompute, new Recipe(epochs, learningRate, schedule, Optimizer.adam(),
        Clipping.norm(clip), 1, patience));
  }

  /// Settings that suit a text of about a million characters.
  public static TrainingSettings of(int epochs) {
    return new TrainingSettings(32, 64, 0, Recipe.of(epochs).withRate(0.004));
  }

  /// [Recipe#epochs].
  public int epochs() {
    return recipe.epochs();
  }

  /// [Recipe#learningRate].
  public double learningRate() {
    return recipe.learningRate();
  }

  /// [Recipe#schedule].
  public Schedule schedule() {
    return recipe.schedule();
  }

  /// [Recipe#patience].
  public int patience() {
    return recipe.patience();
  }
}
