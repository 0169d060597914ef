package dev.unroll.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.data.Scaling;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an event must have, and what becomes of those that lack it.
class EventBatchTest {
  private static final StreamModel MODEL = StreamModel.of(SequenceToSequence.of(
      Inputs.features(2).scaled(new Scaling(new double[] {7, 9}, new double[] {2, 3})),
      RecurrentStack.of(Gru.cell(), 3), Outputs.numbers(1), 1));

  private static EventBatch<float[]> batch(BadEvents policy, int capacity) {
    return new EventBatch<>(MODEL, Features.of(x -> x), policy, capacity);
  }

  @Test
  void whatIsMissingIsOneSentenceAndChangesNothing() {
    var batch = batch(BadEvents.SKIP, 4);
    var state = MODEL.initial();
    assertThat(batch.add(new float[] {1, Float.NaN}, 5, state))
        .isEqualTo("the feature x1 is missing, expected a finite number");
    assertThat(batch.add(new float[] {Float.POSITIVE_INFINITY, 2}, 5, state))
        .isEqualTo("the feature x0 is Infinity, expected a finite number");
    assertThat(batch.add(new float[] {1}, 5, state))
        .isEqualTo("the event has 1 features, expected 2: [x0, x1]");
    assertThat(batch.size()).isZero();
    batch.score();
    assertThat(state).isEqualTo(MODEL.initial());
  }

  @Test
  void whatIsImputedIsTheMean() {
    var batch = batch(BadEvents.IMPUTE, 4);
    var state = MODEL.initial();
    var plain = MODEL.initial();
    assertThat(batch.add(new float[] {1, Float.NaN}, 5, state)).isNull();
    assertThat(batch.add(new float[] {1, 9}, 5, plain)).isNull();
    batch.score();
    assertThat(state).isEqualTo(plain);
    assertThat(batch.score(0).toArray()).isEqualTo(batch.score(1).toArray());
  }

  @Test
  void fieldsAreReadByTheirNames() {
    var batch = new EventBatch<Map<String, Object>>(MODEL, Features.byName(Map::get),
        BadEvents.SKIP, 8);
    var array = batch(BadEvents.SKIP, 1);
    var expected = MODEL.initial();
    assertThat(array.add(new float[] {1, 2.5f}, 0, expected)).isNull();
    array.score();
    var event = new HashMap<String, Object>();
    event.put("x0", true);
    event.put("x1", " 2.5 ");
    event.put("other", "x");
    var state = MODEL.initial();
    assertThat(batch.add(event, 0, state)).isNull();
    var asText = MODEL.initial();
    assertThat(batch.add(Map.of("x0", "true", "x1", "2.5"), 0, asText)).isNull();
    assertThat(batch.add(Map.of("x1", 1), 0, MODEL.initial()))
        .isEqualTo("the feature x0 is missing, expected a finite number");
    assertThat(batch.add(Map.of("x0", 1, "x1", "low"), 0, MODEL.initial()))
        .isEqualTo("x1 is \"low\", expected a number");
    batch.score();
    assertThat(state).isEqualTo(expected);
    assertThat(asText).isEqualTo(expected);
  }

  @Test
  void columnsStandInTheModelFile(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.safetensors");
    SequenceToSequence.of(Inputs.features("temperature", "load"), RecurrentStack.of(Gru.cell(), 3),
        Outputs.numbers(1), 1).save(file);
    var model = StreamModel.load(file);
    assertThat(model.features()).containsExactly("temperature", "load");
    var batch =
        new EventBatch<Map<String, Object>>(model, Features.byName(Map::get), BadEvents.SKIP, 1);
    assertThat(batch.add(Map.of("temperature", 20.5), 0, model.initial()))
        .isEqualTo("the feature load is missing, expected a finite number");
    assertThat(batch.add(Map.of("load", 3, "temperature", 20.5), 0, model.initial())).isNull();
    assertThatThrownBy(() -> Inputs.features("load", "load")).hasMessage(
        "the columns [load, load] for 2 features; expected a name of its own for each feature");
  }

  /// Whatever the function that reads features throws is the event's fault.
  @Test
  void anEventThatCannotBeReadIsBad() {
    var batch = new EventBatch<String>(MODEL, (event, row) -> row.set(0, Integer.parseInt(event)),
        BadEvents.SKIP, 1);
    assertThat(batch.add("x", 0, MODEL.initial())).startsWith("the features of the event cannot be"
        + " read: java.lang.NumberFormatException");
    var unknown = new EventBatch<String>(MODEL, (_, row) -> row.set("load", 1), BadEvents.SKIP, 1);
    assertThat(unknown.add("x", 0, MODEL.initial()))
        .isEqualTo("there is no feature load; the model reads [x0, x1]");
  }

  @Test
  void theGapIsTheTimeSinceTheLastEventOfTheKey() {
    var gaps = new double[4];
    var batch = new EventBatch<Integer>(MODEL, (event, row) -> {
      gaps[event] = row.isFirst() ? -1 : row.gap();
      assertThat(row.gap()).isNotNegative();
      row.set(0, 1).set(1, 1);
    }, BadEvents.SKIP, 1);
    var state = MODEL.initial();
    long[] times = {1000, 1250, 900, 1300};
    for (int i = 0; i < 4; i++) {
      assertThat(batch.add(i, times[i], state)).isNull();
      batch.score();
      batch.clear();
    }
    assertThat(gaps).containsExactly(-1, 250, 0, 50); // a clock that jumps back gives 0
    assertThat(state.time()).isEqualTo(1300);
  }

  @Test
  void aStateOfAnotherModelIsRefused() {
    var other = StreamModel.of(SequenceToSequence.of(Inputs.features(2),
        RecurrentStack.of(Gru.cell(), 4), Outputs.numbers(1), 1));
    assertThatThrownBy(() -> batch(BadEvents.SKIP, 1).add(new float[2], 0, other.initial()))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("the state of a key has 4 numbers");
    assertThatThrownBy(() -> ModelChange.refuse().fit(other.initial(), MODEL))
        .hasMessageContaining("ModelChange.reset()");
    assertThat(ModelChange.reset().fit(other.initial(), MODEL)).isEqualTo(MODEL.initial());
    ModelChange half = (old, model) -> KeyState.of(model.layout(), old.time(), old.events(),
        Arrays.copyOf(old.values(), 3));
    assertThat(half.fit(other.initial(), MODEL).fits(MODEL.layout())).isTrue();
    assertThat(half.fit(null, MODEL)).isEqualTo(MODEL.initial());
  }

  @Test
  void whatIsFullOrScoredTakesNoMore() {
    var batch = batch(BadEvents.SKIP, 1);
    assertThat(batch.add(new float[2], 0, MODEL.initial())).isNull();
    assertThat(batch.isFull()).isTrue();
    assertThatThrownBy(() -> batch.score(0)).hasMessageContaining("call score() first");
    assertThatThrownBy(() -> batch.add(new float[2], 0, MODEL.initial()))
        .hasMessage("the batch of 1 events is full");
    batch.score();
    assertThatThrownBy(() -> batch.add(new float[2], 0, MODEL.initial()))
        .hasMessage("the batch of 1 events is scored; clear it");
    batch.clear();
    assertThat(batch.size()).isZero();
  }
}
