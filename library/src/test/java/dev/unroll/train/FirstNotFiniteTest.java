package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Body;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModel.Architecture;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToVector;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The message about numbers that are not finite names the first quantity in time and order of computation. It named
/// the first parameter in storage whose gradient was not: `embedding.E`, whatever had gone wrong.
class FirstNotFiniteTest {
  private static final TextTask TASK = TextTask.of("letters", "the quick brown fox. ".repeat(40));

  @TempDir
  private Path folder;

  @Test
  void theEquationAndTheStepAreNamed() {
    assertStops(Body.of(Cell.parse("divides", """
        a = tanh(W x + U h)
        c = a / abs(mean(x))
        h' = tanh(c) * c
        out h'
        """), 3), new float[] {1, 2, 0, 4}, "first in c of layer0 at step 2");
  }

  @Test
  void ofSeveralLayersTheEarliestStepCounts() {
    var cell = Cell.parse("divides", """
        c = tanh(W x + U h) / abs(mean(x))
        h' = c
        out h'
        """);
    assertStops(Body.of(cell, 3).layers(2), new float[] {1, 2, 3, 0},
        "first in c of layer0 at step 3");
  }

  @Test
  void stepsAgainstTimeAreThoseOfTheSequence() {
    var cell = Cell.parse("divides", """
        c = tanh(W x + U h) / abs(mean(x))
        h' = c
        out h'
        """);
    assertStops(Body.of(cell, 3).bidirectional(Merge.SUM), new float[] {1, 2, 3, 0},
        "first in c of layer0.backward at step 3");
  }

  /// √0 is 0, but its slope is infinite, and what it sends back to a times 0 is NaN.
  @Test
  void onTheWayBackTheLastStepComesFirst() {
    var cell = Cell.parse("roots", """
        a = tanh(W x + U h)
        q = sqrt(abs(a * mean(x)))
        h' = a + q
        out h'
        """);
    assertStops(Body.of(cell, 3), new float[] {1, 0, 3, 4},
        "first in the gradient of a of layer0 at step 1");
  }

  /// Four steps of the first batch bring h to 1e21; in the second it is 1e28, 1e35 and ∞.
  @Test
  void ofATextTheStatesBeforeTheBatchAreThoseThatItHad() {
    var cell = Cell.parse("grows", """
        g = W x * 0 + 1e7 * h + 1
        h' = g
        out h'
        """);
    var model = LanguageModel.initialized(new Architecture(
        TASK.vocabulary().size(), 2, cell, Dimensions.of(2, 2), 1, 0, 0, 1));
    var settings = new TrainingSettings(2, 4, 0, Recipe.of(2).withRate(1e-6));
    try (var engine = Engine.of(1)) {
      var training = new TextTraining(model, TASK, settings, engine, folder);
      assertThatThrownBy(() -> training.train(TrainingListener.SILENT))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("first in g of layer0 at step 2;");
    }
  }

  private static void assertStops(Body body, float[] x, String message) {
    var examples = List.of(new Example(new Features(x, 1), Symbols.of(1)),
        new Example(new Features(new float[] {1, 2, 3, 4}, 1), Symbols.of(0)));
    var model = SequenceToVector.of(Inputs.features(1), body, Pooling.LAST, Outputs.classes(2), 3);
    try (var engine = Engine.of(1)) {
      var trainer = new Trainer(model, Batches.inOrder(examples, 2), Batches.inOrder(examples, 2),
          Recipe.of(2).with(Optimizer.sgd()), engine);
      assertThatThrownBy(() -> trainer.fit(TrainingListener.SILENT))
          .isInstanceOf(TrainingException.class).hasMessageContaining(message + "; no parameter "
              + "has changed yet, so look at that equation, its first values and the data");
    }
  }
}
