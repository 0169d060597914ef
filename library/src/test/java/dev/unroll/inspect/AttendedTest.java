package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.inspect.Look.Attended;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttendedTest {
  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  private static Values.Features features(int steps, int size, long seed) {
    var x = new float[steps * size];
    CounterRandom.of(seed).uniforms(0, x, 0, x.length);
    return new Values.Features(x, size);
  }

  private static void requireDistributions(Attended attended, List<Integer> lengths, int batch) {
    for (int t = 0; t < attended.steps(); t++) {
      for (int b = 0; b < batch; b++) {
        double sum = 0;
        for (int s = 0; s < attended.memorySteps(); s++) {
          float weight = attended.weights().array()[(t * batch + b) * attended.memorySteps() + s];
          assertThat(weight > 0).as("step %d of sample %d looks at %d", t, b, s)
              .isEqualTo(s < lengths.get(b));
          sum += weight;
        }
        assertThat(sum).as("step %d of sample %d", t, b).isCloseTo(1, within(1e-5));
      }
    }
  }

  /// The definition, in double: α = softmax over t of v · tanh(U h_t + b).
  @Test
  void aPoolingLooksWhereItsEquationsSay() {
    var model = SequenceToVector.of(
        Inputs.features(3), RecurrentStack.of(Lstm.cell(), 5), Pooling.ATTENTION,
        Outputs.numbers(2), 4);
    var examples = List.of(new Example(features(7, 3, 1), features(1, 2, 2)),
        new Example(features(4, 3, 3), features(1, 2, 4)));
    var look = Microscope.of(model, engine).look(examples, List.of("h'"));
    var attended = look.attentions().getFirst();

    assertThat(attended.name()).isEqualTo("pooling");
    assertThat(attended.steps()).isEqualTo(1);
    assertThat(attended.memorySteps()).isEqualTo(7);
    requireDistributions(attended, List.of(7, 4), 2);
    var h = look.layers().getFirst().value("h'");
    for (int b = 0; b < 2; b++) {
      int steps = examples.get(b).input().length();
      var expected = new double[steps];
      double sum = 0;
      for (int t = 0; t < steps; t++) {
        expected[t] = Math.exp(score(model, h, t * 2 + b));
        sum += expected[t];
      }
      for (int t = 0; t < steps; t++) {
        assertThat(attended.weights().array()[b * 7 + t]).as("sample %d, step %d", b, t)
            .isCloseTo((float) (expected[t] / sum), within(1e-6f));
      }
    }
  }

  private static double score(SequenceToVector model, Rows h, int row) {
    var blocks = model.parameters().byName();
    var values = model.parameters().values();
    var u = blocks.get("pooling.keys.U");
    int bias = blocks.get("pooling.keys.b").offset();
    int v = blocks.get("pooling.v").offset();
    double score = 0;
    for (int i = 0; i < u.rows(); i++) {
      double key = values[bias + i];
      for (int j = 0; j < u.columns(); j++) {
        key += values[u.offset() + i * u.columns() + j]
            * h.array()[h.offset() + row * h.columns() + j];
      }
      score += values[v + i] * Math.tanh(key);
    }
    return score;
  }

  /// By the additive rule it looks before each step, by the others after all of them.
  @ParameterizedTest
  @EnumSource(names = {"ADDITIVE", "GENERAL"})
  void aDecoderLooksAtEachStepItWrites(Attention rule) {
    var model =
        EncoderDecoder
            .of(Inputs.features(3), RecurrentStack.of(Gru.cell(), 5),
                RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(6))
            .seed(4).attention(rule).initialized();
    var examples = List.of(
        new Example(features(3, 3, 1), new Values.Symbols(new int[] {2, 1, 5, 3})),
        new Example(features(8, 3, 2), new Values.Symbols(new int[] {4, 0})));
    var look = Microscope.of(model, engine).look(examples, List.of("z"));
    var attended = look.attentions().getFirst();

    assertThat(attended.name()).isEqualTo("decoder.attention");
    assertThat(attended.steps()).as("four symbols and the end").isEqualTo(5);
    assertThat(attended.memorySteps()).isEqualTo(8);
    requireDistributions(attended, List.of(3, 8), 2);
  }

  @Test
  void othersLookNowhere() {
    var model = SequenceToVector.of(
        Inputs.features(3), RecurrentStack.of(Lstm.cell(), 5), Pooling.MEAN, Outputs.numbers(2), 4);
    var look = Microscope.of(model, engine)
        .look(List.of(new Example(features(7, 3, 1), features(1, 2, 2))), List.of());
    assertThat(look.attentions()).isEmpty();
  }
}
