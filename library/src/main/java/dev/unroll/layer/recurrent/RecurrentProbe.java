package dev.unroll.layer.recurrent;

import dev.unroll.expr.Cell;
import dev.unroll.kernel.run.Traced;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.run.Bounds;
import dev.unroll.tensor.Rows;
import java.util.List;

/// The probe of a [RecurrentRun], which notifies it of its passes.
final class RecurrentProbe implements Probe {
  private final String layer;
  private final Cell cell;
  private final boolean reversed;
  private final boolean training;
  private final int batch;
  private final Unrolled unrolled;
  private final Traced traced;
  private Rows input = Rows.allocate(0, 1);
  private int steps;
  private boolean wentBack;

  RecurrentProbe(String layer, Cell cell, boolean reversed, Bounds bounds, Unrolled unrolled) {
    this.layer = layer;
    this.cell = cell;
    this.reversed = reversed;
    this.unrolled = unrolled;
    training = bounds.training();
    batch = bounds.batch();
    traced = unrolled.traced();
  }

  /// Called when a forward pass over `x [steps, B, F]` begins.
  void goesForward(Rows x, int steps) {
    input = x;
    this.steps = steps;
    wentBack = false;
  }

  /// Called when the backward pass is done.
  void wentBack() {
    wentBack = true;
  }

  @Override
  public String layer() {
    return layer;
  }

  @Override
  public Cell cell() {
    return cell;
  }

  @Override
  public boolean reversed() {
    return reversed;
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public List<String> quantities() {
    return traced.quantities();
  }

  @Override
  public List<String> states() {
    return cell.states();
  }

  @Override
  public int size(String quantity) {
    return traced.value(quantity).columns();
  }

  @Override
  public Rows value(String quantity) {
    requirePass();
    return traced.value(quantity);
  }

  @Override
  public Rows before(String state) {
    requirePass();
    return unrolled.state(state, 0);
  }

  @Override
  public Rows gradient(String quantity) {
    requireWayBack();
    return traced.gradient(quantity);
  }

  @Override
  public Rows arriving(String state) {
    requireWayBack();
    return traced.arriving(state);
  }

  @Override
  public Rows input() {
    requirePass();
    return input;
  }

  @Override
  public Rows inputGradient() {
    requireWayBack();
    return unrolled.inputGradient();
  }

  @Override
  public List<String> matrices() {
    return traced.matrices();
  }

  @Override
  public double[] contributions(String matrix) {
    requireWayBack();
    return traced.contributions(matrix, steps, batch);
  }

  private void requirePass() {
    if (steps == 0) {
      throw new IllegalStateException(
          "layer %s has made no pass yet; run the model first".formatted(layer));
    }
  }

  private void requireWayBack() {
    requirePass();
    if (!training) {
      throw new IllegalStateException(
          "layer %s is not bound for training, so it has no gradients; bind it for training"
              .formatted(layer));
    }
    if (!wentBack) {
      throw new IllegalStateException(
          "layer %s has gone forward only; its gradients are there after the backward pass"
              .formatted(layer));
    }
  }

  @Override
  public String toString() {
    return "%s %s, %d steps of %d samples".formatted(layer, quantities(), steps, batch);
  }
}
