package dev.unroll.train;

/// How a model learns, whatever the model and the data are. Immutable.
///
/// @param epochs passes over the training data
/// @param learningRate before the schedule
/// @param schedule how the learning rate changes
/// @param optimizer what is done with the gradients
/// @param clipping of the gradients
/// @param accumulate batches whose gradients are taken together for one step, weighted by what was
///     asked in each: a larger batch in less memory
/// @param patience epochs without a better validation loss after which training stops
public record Recipe(
    int epochs,
    double learningRate,
    Schedule schedule,
    Optimizer optimizer,
    Clipping clipping,
    int accumulate,
    int patience) {

  /// @throws IllegalArgumentException that names the setting, what was expected and what was given
  public Recipe {
    Numbers.requireAtLeastOne("epochs", epochs);
    Numbers.requireAtLeastOne("patience", patience);
    Numbers.requireAtLeastOne("the number of batches of a step", accumulate);
    Numbers.require(learningRate > 0 && learningRate < 1000, "the learning rate", learningRate,
        "a number above 0 and below 1000, such as 0.002");
  }

  /// What suits most models: Adam, a rate of 0.002 along a cosine, gradients clipped to a norm of 1,
  /// patience of 5 epochs.
  public static Recipe of(int epochs) {
    return new Recipe(
        epochs, 0.002, Schedule.COSINE, Optimizer.adam(), Clipping.norm(1), 1, 5);
  }

  /// The same with another learning rate.
  public Recipe withRate(double learningRate) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience);
  }

  /// The same with another schedule.
  public Recipe with(Schedule schedule) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience);
  }

  /// The same with another optimiser.
  public Recipe with(Optimizer optimizer) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience);
  }

  /// The same with other clipping.
  public Recipe with(Clipping clipping) {
    return new Recipe(
        epochs, learningRate, schedule, optimizer, clipping, accumulate, patience);
  }

  /// The same with as many batches a step.
  public Recipe withAccumulation(int batches) {
    return new Recipe(epochs, learningRate, schedule, optimizer, clipping, batches, patience);
  }

  /// The same with another patience.
  public Recipe withPatience(int epochs) {
    return new Recipe(
        this.epochs, learningRate, schedule, optimizer, clipping, accumulate, epochs);
  }
}
