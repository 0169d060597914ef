package dev.unroll.app.xray;

import dev.unroll.data.Task;
import dev.unroll.datasets.AddingProblem;
import dev.unroll.datasets.CopyMemory;
import dev.unroll.datasets.TemporalOrder;
import dev.unroll.expr.Cell;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;

/// The synthetic tasks on which cells are compared. Their targets depend on inputs about T steps
/// back.
public enum XrayTask {
  /// [AddingProblem]
  ADDING("the adding problem"),
  /// [CopyMemory]
  COPY("copy memory"),
  /// [TemporalOrder]
  TEMPORAL_ORDER("temporal order");

  private final String title;

  XrayTask(String title) {
    this.title = title;
  }

  /// Its name in a sentence.
  public String title() {
    return title;
  }

  /// The smallest T of the task.
  public int fewest() {
    return switch (this) {
      case ADDING -> 2;
      case COPY -> 1;
      case TEMPORAL_ORDER -> 10;
    };
  }

  Task of(int steps, long seed) {
    return switch (this) {
      case ADDING -> new AddingProblem(steps, seed);
      case COPY -> new CopyMemory(steps, seed);
      case TEMPORAL_ORDER -> new TemporalOrder(steps, seed);
    };
  }

  /// A model of one layer of a cell, with the inputs and outputs of the task.
  Model model(Cell cell, int hidden, long seed) {
    var body = RecurrentStack.of(cell, hidden);
    return switch (this) {
      case ADDING -> SequenceToVector.of(Inputs.features(2), body, Pooling.LAST,
          Outputs.numbers(1), seed);
      case COPY -> SequenceToSequence.of(Inputs.symbols(CopyMemory.SYMBOLS, CopyMemory.SYMBOLS),
          body, Outputs.classes(CopyMemory.SYMBOLS - 1), seed);
      case TEMPORAL_ORDER -> SequenceToVector.of(
          Inputs.symbols(TemporalOrder.SYMBOLS, TemporalOrder.SYMBOLS), body, Pooling.LAST,
          Outputs.classes(TemporalOrder.CLASSES), seed);
    };
  }

  /// The loss of a model that has no memory.
  double baseline(int steps) {
    return switch (this) {
      case ADDING -> AddingProblem.BASELINE;
      case COPY -> new CopyMemory(steps, 0).baseline();
      case TEMPORAL_ORDER -> Math.log(TemporalOrder.CLASSES);
    };
  }
}
