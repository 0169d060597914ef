package dev.unroll.inspect.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.expr.Function;
import dev.unroll.inspect.surface.LossSlice.Extent;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.Precision;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossSliceTest {
  private static final Extent NEAR = new Extent(-1.0 / 64, 1.0 / 64, 5);

  @Test
  void theSlopeAlongTheGradientIsItsNorm() {
    try (var engine = Engine.of(1)) {
      var model = SequenceToVector.of(Inputs.symbols(3, 4),
          RecurrentStack.of(SimpleRnn.of(Function.TANH), 5).variational(0.2,
              VariationalDropout.Masks.TIED),
          Pooling.LAST, Outputs.classes(3), 1);
      var before = model.parameters().values().clone();
      var batch = Batch.of(List.of(example(1, 0, 1, 2), example(2, 2, 2), example(0, 1, 0, 0)));
      var slice = LossSlice.of(model, batch, engine, NEAR);
      assertThat(model.parameters().values()).containsExactly(before);
      assertThat(model.parameters().gradients()).containsOnly(0);
      assertRightSlope(slice);
      assertThat(LossSlice.of(model, batch, engine, NEAR)).isEqualTo(slice);
    }
  }

  /// Weights that are small cannot be moved a little along a gradient: they would be rounded back.
  @Test
  void smallWeightsAreRefused() {
    try (var engine = Engine.of(1)) {
      var model = SequenceToVector.of(Inputs.symbols(3, 4), RecurrentStack.of(Lstm.cell(), 5),
          Pooling.LAST, Outputs.classes(3), 1).withWeights(Precision.INT8);
      var batch = Batch.of(List.of(example(1, 0, 1, 2)));
      assertThatThrownBy(() -> LossSlice.of(model, batch, engine, NEAR))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("are int8");
    }
  }

  @Test
  void ofALanguageModelWithDropout() {
    try (var engine = Engine.of(1)) {
      var model = LanguageModel.parts(
          7, 4, RecurrentStack.of(Lstm.cell(), 5).layers(2).dropout(0.2).variational(0.2, null), 1)
          .initialized();
      var before = model.parameters().values().clone();
      var batches = Batches.text(IntStream.range(0, 13).map(i -> i * 5 % 7).toArray(), 2, 6);
      var slice = LossSlice.of(model, batches.batch(0, 0), engine, NEAR);
      assertThat(model.parameters().values()).containsExactly(before);
      assertRightSlope(slice);
    }
  }

  /// (L(α) − L(−α)) / 2α = ‖g‖ + O(α²), and the loss at 0 is that of the parameters as they were.
  private static void assertRightSlope(LossSlice slice) {
    assertThat(slice.distances()).containsExactly(-1.0 / 64, -1.0 / 128, 0.0, 1.0 / 128,
        1.0 / 64);
    assertThat(slice.losses().get(2)).isEqualTo(slice.loss());
    assertThat(slice.norms().get(2)).isEqualTo(slice.norm()).isGreaterThan(0.01);
    double slope = (slice.losses().get(3) - slice.losses().get(1)) * 64;
    assertThat(slope).isCloseTo(slice.norm(), within(0.01 * slice.norm()));
    assertThat(slice.losses().getFirst()).isLessThan(slice.losses().getLast());
  }

  @Test
  void aGradientWithoutDirectionIsRefusedAndNothingIsChanged() {
    try (var engine = Engine.of(1)) {
      var model = SequenceToVector.of(Inputs.symbols(3, 4),
          RecurrentStack.of(SimpleRnn.of(Function.TANH), 5), Pooling.LAST, Outputs.classes(3), 1);
      model.parameters().values()[2] = Float.NaN;
      var before = model.parameters().values().clone();
      var batch = Batch.of(List.of(example(1, 0, 1, 2)));
      assertThatThrownBy(() -> LossSlice.of(model, batch, engine, NEAR))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the norm of the gradient is NaN, so it has no direction to look along; take a "
                  + "batch from which the model can learn");
      assertThat(model.parameters().values()).containsExactly(before);
    }
  }

  @Test
  void anExtentIsARange() {
    assertThatThrownBy(() -> new Extent(1, 1, 9)).hasMessage(
        "a slice from 1.0 to 1.0 in 9 points; expected a range and at least 2 points");
    assertThatThrownBy(() -> new Extent(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Extent(-0.3, 0.7, 4).at(0)).isEqualTo(-0.3);
    assertThat(new Extent(-0.3, 0.7, 4).at(3)).isEqualTo(0.7);
  }

  private static Example example(int target, int... symbols) {
    return new Example(Symbols.of(symbols), Symbols.of(target));
  }
}
