package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a training refuses before it begins.
class TrainerChecksTest {
  private static SequenceToVector model() {
    return SequenceToVector.of(
        Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Outputs.classes(2));
  }

  private static List<Example> examples(int bad, Example instead) {
    var random = new Random(2);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 100; i++) {
      examples.add(i == bad ? instead
          : Example.of(new float[][] {{random.nextFloat(), i}, {1, 2}}, i % 2));
    }
    return examples;
  }

  /// Messages counted after the random split, so that nobody found the example.
  @Test
  void badExamplesAreNumberedAsTheyWereGiven() {
    var wrong = List.of(
        Example.of(new float[][] {{1, 2}, {Float.NaN, 3}}, 1),
        Example.of(new float[][] {{1, 2, 3}}, 1),
        Example.of(new float[][] {{1, 2}}, 7),
        new Example(Symbols.of(1, 2), Symbols.of(0)),
        new Example(Features.ofRows(new float[] {1, 2}), Symbols.of(0, 1)));
    for (var example : wrong) {
      assertThatThrownBy(() -> Trainer.of(model()).epochs(1).fit(examples(40, example)))
          .as(example.toString()).isInstanceOf(DataException.class)
          .hasMessageStartingWith("Sample 40 (the first is 0): ");
    }
  }

  @Test
  void twoTrainingsOfOneModelAreRefused() {
    var model = model();
    var examples = examples(-1, Example.of(new float[1][2], 0));
    var refused = new ArrayList<String>();
    Trainer.of(model).epochs(2).onEpoch(_ -> {
      try {
        Trainer.of(model).epochs(1).fit(examples);
      } catch (IllegalStateException e) {
        refused.add(e.getMessage());
      }
    }).fit(examples);
    assertThat(refused).hasSize(2)
        .allMatch(message -> message.contains("two trainings of one model"));
    assertThat(Trainer.of(model).epochs(1).fit(examples)).isNotNull();
  }
}
