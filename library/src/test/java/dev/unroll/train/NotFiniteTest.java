package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.expr.Cell;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.optimizer.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run that stops at a number that is not finite names the first one in time and in the order of
/// computation; once it named the first parameter in the order of storage, which was the embedding.
class NotFiniteTest {
  /// Its h is infinite at the third step, as c counts.
  private static final Cell COUNTING = Cell.parse("counting", """
      c' = c + 1
      n = tanh(W x + U h + b)
      h' = n / (3 - c')
      """);

  @Test
  void theFirstQuantityInTimeIsNamed() {
    try (var engine = Engine.of(1)) {
      var model = SequenceToVector.of(
          Inputs.symbols(3, 4), RecurrentStack.of(COUNTING, 5).layers(2), Outputs.classes(2));
      var examples = List.of(
          new Example(Symbols.of(0, 1), Symbols.of(0)),
          new Example(Symbols.of(2, 1, 0, 1), Symbols.of(1)));
      assertThatThrownBy(() -> Trainer.of(model).engine(engine).validation(0).fit(examples))
          .isInstanceOf(TrainingException.class)
          .hasMessageMatching(
              "step 1: the loss is NaN .*; first h' of layer0 is -?Infinity at step 2 of"
                  + " sample 1; no step was done yet, .*");
    }
  }

  /// The states are those with which the batch began, not zeros.
  @Test
  void inAStreamTheStepIsThatOfTheBatch() {
    try (var engine = Engine.of(1)) {
      var model = LanguageModel.of(3, COUNTING, 5);
      var text = IntStream.range(0, 17).map(i -> i * i % 3).toArray();
      assertThatThrownBy(() -> Trainer.of(model).engine(engine)
          .fit(Batches.text(text, 2, 2), null))
          .isInstanceOf(TrainingException.class)
          .hasMessageMatching(
              "step 2: the loss is NaN .*; first h' of layer0 is -?Infinity at step 0 of"
                  + " sample 0; try a lower .*");
    }
  }

  /// The last step of a run once left parameters in its files that were not finite: no step came
  /// after it to tell.
  @Test
  void parametersThatAreNotFiniteAreNotKept(@TempDir Path folder) throws IOException {
    try (var engine = Engine.of(1)) {
      var model = SequenceToVector.of(
          Inputs.symbols(3, 4), RecurrentStack.of(Gru.cell(), 5), Outputs.classes(2));
      var unseen = model.parameters().byName().get("embedding.E");
      Arrays.fill(model.parameters().values(), unseen.offset(), unseen.offset() + 12, 1e38f);
      var before = model.parameters().values().clone();
      var examples = List.of(new Example(Symbols.of(0, 1), Symbols.of(0)));
      var recipe = Recipe.of(1).optimizer(Optimizer.sgd().with(Optimizer.Decay.decoupled(1)))
          .learningRate(900);
      var session = Trainer.of(model).engine(engine).recipe(recipe).folder(folder)
          .session(Batches.of(examples, 1, 1), null);
      assertThatThrownBy(() -> session.fit(TrainingListener.SILENT))
          .isInstanceOf(TrainingException.class)
          .hasMessageMatching("step 1: the parameter .* is no longer finite; try a lower .*");
      assertThat(folder.resolve(TrainingSession.MODEL)).doesNotExist();
      assertThat(ModelFile.read(folder.resolve(TrainingSession.CHECKPOINT)).model().parameters()
          .values()).isEqualTo(before);
    }
  }
}
