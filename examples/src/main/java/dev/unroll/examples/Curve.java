package dev.unroll.examples;

import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/// A listener that prints a line after each epoch and keeps the losses on the validation data.
class Curve implements TrainingListener {
  private final List<Double> losses = new ArrayList<>();

  @Override
  public void epoch(Epoch epoch) {
    losses.add(epoch.validationLoss());
    IO.println("epoch %d of %d: loss %.4f in training, %.4f in validation".formatted(
        epoch.epoch(), epoch.epochs(), epoch.trainLoss(), epoch.validationLoss()));
  }

  List<Double> losses() {
    return losses;
  }
}
