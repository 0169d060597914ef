package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.DataException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What steppers and predictors are given that they cannot answer, and sequences of very different
/// lengths.
class EventsTest {
  private static final SequenceToVector MODEL =
      SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4), Outputs.classes(2));

  /// NaN went into the state of a key, which stayed NaN for ever.
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void numbersThatAreNotFiniteAreRefusedBeforeAnythingIsStepped(float bad) {
    var stepper = MODEL.stepper();
    var states = stepper.<String>newStates();
    float[] before = stepper.step(states, "a", 0.5f, 0.25f);
    assertThatThrownBy(() -> stepper.step(states, "a", 1f, bad)).isInstanceOf(DataException.class)
        .hasMessageContaining("feature 1 of event 0 is " + bad);
    assertThatThrownBy(() -> stepper.step(
        states, List.of("b", "a"), new float[] {1, 2, 3, bad}, new float[4]))
        .hasMessageContaining("feature 1 of event 1 is " + bad);
    var state = stepper.initial();
    assertThatThrownBy(
        () -> stepper.step(new float[] {bad, 0}, state, new float[2], state))
        .hasMessageContaining("feature 0 of event 0");
    assertThat(states.size()).isOne();
    var other = MODEL.stepper();
    var fresh = other.<String>newStates();
    assertThat(other.step(fresh, "x", 0.5f, 0.25f)).containsExactly(before);
    assertThat(stepper.step(states, "a", 1f, 2f)).containsExactly(other.step(fresh, "x", 1f, 2f));
  }

  /// A third number was dropped without a word.
  @Test
  void anEventHasANumberForEachFeature() {
    var stepper = MODEL.stepper();
    var states = stepper.<String>newStates();
    assertThatThrownBy(() -> stepper.step(states, "a", 1f, 2f, 99f))
        .hasMessage("the event has 3 numbers, expected 2, one for each feature");
    assertThatThrownBy(() -> stepper.step(states, "a", new float[] {1}))
        .hasMessage("the event has 1 numbers, expected 2, one for each feature");
    assertThat(states.size()).isZero();
  }

  @Test
  void aWholeNumberIsASymbolAndTheMessageSaysSo() {
    var model = SequenceToVector.of(
        Inputs.features(1), RecurrentStack.of(Gru.cell(), 3), Outputs.classes(2));
    var stepper = model.stepper();
    var states = stepper.<String>newStates();
    assertThatThrownBy(() -> stepper.step(states, "a", 5)).hasMessageContaining("write 5f");
  }

  /// 64 columns were bound for the longest sequence as soon as there were two: one of 20,000 steps
  /// beside one of a single step took gigabytes.
  @Test
  void aLongSequenceAmongShortOnesTakesTheMemoryOfOne() {
    var model = SequenceToVector.of(
        Inputs.features(2), RecurrentStack.of(Lstm.cell(), 64), Outputs.classes(2));
    var predictor = model.predictor();
    var sequences = List.of(new float[1][2], new float[9_000][2], new float[3][2]);
    var together = predictor.predict(sequences);
    var alone = model.predictor();
    alone.predict(sequences.get(1));
    assertThat(predictor.bytes()).isBetween(alone.bytes(), alone.bytes() * 5 / 4);
    for (int i = 0; i < sequences.size(); i++) {
      assertThat(together.get(i)).containsExactly(model.predictor().predict(sequences.get(i)));
    }
  }
}
