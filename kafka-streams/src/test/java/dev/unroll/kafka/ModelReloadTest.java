package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.layer.stepping.StateException;
import dev.unroll.model.SequenceToVector;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model file that is replaced while it is used, and states that another model has left.
class ModelReloadTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final float[] EVENT = {0, 0.5f, -1};

  @TempDir
  Path folder;
  private Path file;
  private StreamModel first;

  @BeforeEach
  void aModelInAFile() throws IOException {
    file = folder.resolve("model.safetensors");
    first = replaced(Events.model(4));
  }

  private StreamModel replaced(SequenceToVector model) throws IOException {
    model.save(file);
    return StreamModel.load(file);
  }

  /// The same layout with other weights.
  private static SequenceToVector trained() {
    var model = Events.model(4);
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.01f * (i % 7);
    }
    return model;
  }

  private Scoring<float[], String> scoring() {
    return Scoring.<float[], String>supplier(ModelSource.file(file.toString()), Events.FEATURES,
        (_, score) -> score.version() + " " + Arrays.toString(score.toArray()))
        .reloadEvery(MINUTE);
  }

  private static String result(StreamModel model, KeyState state) {
    var batch = new EventBatch<>(model, Events.FEATURES, BadEvents.FAIL, 1);
    assertThat(batch.add(EVENT, 0, state)).isNull();
    batch.score();
    return model.version() + " " + Arrays.toString(batch.score(0).toArray());
  }

  @Test
  void aNewModelTakesOverAndKeepsTheStates() throws IOException {
    var state = first.initial();
    try (var driver = new ScoringDriver<>(scoring())) {
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
      var second = replaced(trained());
      assertThat(second.version()).isNotEqualTo(first.version());
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(second, state));
    }
  }

  @Test
  void aFileThatIsBeingWrittenChangesNothing() throws IOException {
    var state = first.initial();
    try (var driver = new ScoringDriver<>(scoring())) {
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
      trained().save(file);
      var bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
      Files.delete(file);
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
      Files.write(file, bytes);
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(StreamModel.load(file), state));
    }
  }

  @Test
  void aModelWithAnotherLayoutDoesNotTakeOver() throws IOException {
    var state = first.initial();
    try (var driver = new ScoringDriver<>(scoring())) {
      driver.score("a", EVENT, 0);
      result(first, state);
      replaced(Events.model(5));
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(first, state));
    }
  }

  @Test
  void statesOfAnotherLayoutCanBeReset() throws IOException {
    try (var driver = new ScoringDriver<>(scoring().onModelChange(ModelChange.reset()))) {
      driver.score("a", EVENT, 0);
      var second = replaced(Events.model(5));
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0)).isEqualTo(result(second, second.initial()));
      assertThat(driver.states(Scoring.STORE).get("a").value().events()).isOne();
    }
  }

  @Test
  void statesOfAnotherLayoutCanBeMigrated() throws IOException {
    var state = first.initial();
    ModelChange longer = (old, model) -> KeyState.of(model.layout(), old.time(), old.events(),
        Arrays.copyOf(old.values(), model.layout().size()));
    try (var driver = new ScoringDriver<>(scoring().onModelChange(longer))) {
      driver.score("a", EVENT, 0);
      result(first, state);
      var second = replaced(Events.model(5));
      driver.pass(MINUTE);
      assertThat(driver.score("a", EVENT, 0))
          .isEqualTo(result(second, longer.migrate(state, second)));
      assertThat(driver.states(Scoring.STORE).get("a").value().events()).isEqualTo(2);
    }
  }

  /// As after a start with another file.
  @Test
  void aStateOfAnotherLayoutIsRefusedAndTheSentenceSaysWhatDiffers() {
    var other = StreamModel.of(Events.model(5));
    try (var driver = new ScoringDriver<>(scoring())) {
      driver.states(Scoring.STORE).put("old",
          ValueAndTimestamp.make(other.initial(), 0));
      assertThatThrownBy(() -> driver.send("old", EVENT, 0)).rootCause()
          .isInstanceOf(StateException.class).message()
          .startsWith("key old: the state of the key has 5 numbers with fingerprint ")
          .contains("but the model keeps ").contains("ModelChange.reset()");
      assertThat(driver.score("new", EVENT, 0)).isEqualTo(result(first, first.initial()));
    }
  }

  /// Where the topology is built, not in a thread later.
  @Test
  void aFileThatIsNotThereIsSaidAtOnce() throws IOException {
    Files.delete(file);
    assertThatThrownBy(() -> new ScoringDriver<>(scoring()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the model cannot be loaded: ")
        .hasMessageContaining("model.safetensors");
  }
}
