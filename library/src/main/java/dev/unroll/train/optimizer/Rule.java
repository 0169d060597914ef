package dev.unroll.train.optimizer;

import dev.unroll.kernel.Kernels;
import java.util.List;

/// How an optimiser turns gradients into changes: its formula and the arrays it keeps, each as long as
/// the parameters and zero at first. Immutable.
public sealed interface Rule permits Adagrad, Adam, Momentum, RmsProp, Sgd {
  /// The names of the arrays, under which a checkpoint stores them.
  List<String> arrays();

  /// One step, to be applied to ranges of elements.
  ///
  /// @param number of the step, from 1
  /// @param scale what gradients are multiplied with first: g = scale · gradient
  /// @param rate the learning rate of this step
  Step step(long number, float scale, double rate);

  /// A step for elements `[from, to)`, none of which depends on another.
  interface Step {
    /// Changes the values and the arrays.
    void update(
        Kernels kernels, float[] values, float[] gradients, float[][] arrays, int from, int to);
  }
}
