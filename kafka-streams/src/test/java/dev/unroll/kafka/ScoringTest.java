package dev.unroll.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.unroll.data.DataException;
import dev.unroll.model.SequenceToVector;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a topology that scores answers, without a broker.
class ScoringTest {
  private static final SequenceToVector STRUCTURE = Events.model(5);
  private static final StreamModel MODEL = StreamModel.of(STRUCTURE);

  private static Scoring<float[], float[]> scoring() {
    return Scoring.supplier(MODEL, Events.FEATURES, Events.RESULT);
  }

  /// The answer of the structure's own stepper to the last of some events of one key.
  private static float[] answer(float[]... events) {
    var stepper = STRUCTURE.stepper();
    var states = stepper.<String>newStates();
    float[] y = {};
    for (var event : events) {
      y = stepper.probabilities(stepper.step(states, "key", event[1], event[2]));
    }
    return new float[] {events[events.length - 1][0], y[0], y[1]};
  }

  private static float[] event(int number) {
    return new float[] {number, 0.5f * number, 1 - number};
  }

  @ParameterizedTest
  @CsvSource({"false, true", "false, false", "true, true", "true, false"})
  void everyKeyGetsTheAnswersOfTheModelStepByStep(boolean inMemory, boolean caching) {
    var scoring = scoring();
    if (inMemory) {
      scoring = scoring.inMemory();
    }
    if (!caching) {
      scoring = scoring.withoutCaching();
    }
    var events = Events.of(0, 300, 7, new Random(1));
    try (var driver = new ScoringDriver<>(scoring)) {
      events.forEach(it -> driver.send(it.key(), it.values(), it.time()));
      var expected = Events.results(MODEL, events);
      var results = driver.results();
      assertThat(results.keySet()).hasSize(7).isEqualTo(expected.keySet());
      results.forEach((key, it) -> assertThat(it.toArray(float[][]::new)).isDeepEqualTo(
          expected.get(key).toArray(float[][]::new)));
    }
  }

  @Test
  void theAnswersAreThoseOfTheStepper() {
    try (var driver = new ScoringDriver<>(scoring())) {
      assertThat(driver.score("a", event(1), 0)).containsExactly(answer(event(1)));
      assertThat(driver.score("b", event(2), 0)).containsExactly(answer(event(2)));
      assertThat(driver.score("a", event(3), 0)).containsExactly(answer(event(1), event(3)));
    }
  }

  @Test
  void aResultHasTheTimeOfItsEvent() {
    try (var driver = new ScoringDriver<>(scoring())) {
      driver.send("a", event(1), 1_234);
      assertThat(driver.output().readRecord().timestamp()).isEqualTo(1_234);
    }
  }

  /// Two that were made of one had each other's options.
  @Test
  void anOptionMakesANewValue() {
    var scoring = scoring();
    var other = scoring.store("machines").badEvents(BadEvents.FAIL).inMemory();
    assertThat(scoring.stores()).extracting(StoreBuilder::name).containsExactly(Scoring.STORE);
    assertThat(other.stores()).extracting(StoreBuilder::name).containsExactly("machines");
    try (var driver = new ScoringDriver<>(scoring)) {
      driver.send("a", null, 0);
      assertThat(driver.metric("bad-events-total")).isEqualTo(1);
    }
  }

  @Test
  void theStateOfAKeyCanBeAskedFor() {
    try (var driver = new ScoringDriver<>(scoring().store("machines"))) {
      driver.score("a", event(1), 10);
      driver.score("a", event(2), 30);
      driver.score("b", event(2), 40);
      KeyState state = driver.states("machines").get("a").value();
      assertThat(state.events()).isEqualTo(2);
      assertThat(state.time()).isEqualTo(30);
      assertThat(state.fits(MODEL.layout())).isTrue();
      assertThat(driver.states("machines").get("c")).isNull();
    }
  }

  /// The stream time of a task goes on with any key; that of a key's clock does not count.
  @Test
  void aKeyWithoutEventsIsForgotten() {
    var hour = Duration.ofHours(1);
    try (var driver = new ScoringDriver<>(scoring().expireAfter(hour))) {
      long t = hour.toMillis();
      driver.score("a", event(1), 0);
      assertThat(driver.score("a", event(2), t)).as("within the time")
          .containsExactly(answer(event(1), event(2)));
      assertThat(driver.score("a", event(3), 2 * t + 1)).as("a millisecond later")
          .containsExactly(answer(event(3)));
      driver.score("idle", event(1), 2 * t + 1);
      driver.score("a", event(4), 3 * t);
      assertThat(driver.states(Scoring.STORE).get("idle")).isNotNull();
      driver.score("a", event(5), 4 * t);
      driver.score("a", event(6), 5 * t);
      assertThat(driver.states(Scoring.STORE).get("idle")).as("deleted").isNull();
      assertThat(driver.states(Scoring.STORE).get("a").value().events()).isEqualTo(4);
    }
  }

  /// A clock that is set back by a year: the key is not forgotten, as its events come in.
  @Test
  void aClockThatJumpsBackForgetsNothing() {
    Features<float[]> features = (event, row) -> Events.FEATURES.read(
        new float[] {0, row.isFirst() ? -1 : (float) row.gap(), event[2]}, row);
    var scoring = Scoring.supplier(MODEL, features, Events.RESULT)
        .expireAfter(Duration.ofSeconds(10));
    long year = Duration.ofDays(365).toMillis();
    try (var driver = new ScoringDriver<>(scoring)) {
      assertThat(driver.score("a", event(1), year)).containsExactly(answer(at(1, -1)));
      assertThat(driver.score("a", event(2), year + 2))
          .containsExactly(answer(at(1, -1), at(2, 2)));
      assertThat(driver.score("a", event(3), 5))
          .containsExactly(answer(at(1, -1), at(2, 2), at(3, 0)));
      driver.score("other", event(1), year + 9_000);
      assertThat(driver.score("a", event(4), 6))
          .containsExactly(answer(at(1, -1), at(2, 2), at(3, 0), at(4, 0)));
      driver.score("other", event(2), year + 18_000);
      assertThat(driver.score("a", event(5), 7))
          .containsExactly(answer(at(1, -1), at(2, 2), at(3, 0), at(4, 0), at(5, 0)));
    }
  }

  /// An event with the gap before it for the first feature.
  private static float[] at(int number, float gap) {
    return new float[] {number, gap, event(number)[2]};
  }

  @Test
  void aKeyOfAMegabyteIsAKey() {
    var key = "k".repeat(1 << 20);
    try (var driver = new ScoringDriver<>(scoring())) {
      driver.score(key, event(1), 0);
      assertThat(driver.score(key, event(2), 0)).containsExactly(answer(event(1), event(2)));
      driver.send(key, new float[] {2, Float.NaN, 0}, 0);
      assertThat(driver.output().isEmpty()).isTrue();
    }
    try (var driver = new ScoringDriver<>(scoring().badEvents(BadEvents.FAIL))) {
      assertThatThrownBy(() -> driver.send(key, new float[] {2, Float.NaN, 0}, 0)).rootCause()
          .satisfies(it -> assertThat(it.getMessage()).hasSizeLessThan(400)
              .contains("(1048576 characters)"));
    }
  }

  @Test
  void featuresComeFromARecordByTheNamesInTheModel() {
    assertThat(MODEL.features()).containsExactly("x0", "x1");
    var scoring = Scoring.<Map<String, Object>, float[]>supplier(MODEL,
        Features.byName(Map::get), (event, score) -> score.toArray());
    try (var driver = new ScoringDriver<>(scoring)) {
      driver.send("a", Map.of("x1", "0", "more", 7, "x0", 0.5), 0);
      assertThat(driver.output().readValue()).containsExactly(
          Arrays.copyOfRange(answer(event(1)), 1, 3));
    }
  }

  @Test
  void aBadEventIsSkippedAndCounted() {
    try (var driver = new ScoringDriver<>(scoring())) {
      driver.score("a", event(1), 0);
      for (var bad : List.of(new float[] {2, Float.NaN, 0}, new float[] {2, 1}, new float[] {
        2, 0, Float.POSITIVE_INFINITY})) {
        driver.send("a", bad, 1);
      }
      driver.send("a", null, 1);
      driver.send(null, event(1), 1);
      assertThat(driver.output().isEmpty()).isTrue();
      assertThat(driver.score("a", event(3), 2)).containsExactly(answer(event(1), event(3)));
      assertThat(driver.metric("bad-events-total")).isEqualTo(5);
    }
  }

  @Test
  void aBadEventCanHaveAResult() {
    var scoring = Scoring.supplier(MODEL, Events.FEATURES, (event, score) -> "fine")
        .badResult(it -> it.key() + " " + it.time() + ": " + it.why());
    try (var driver = new ScoringDriver<>(scoring)) {
      driver.send("a", event(1), 0);
      driver.send("a", new float[] {2, 0, Float.NaN}, 17);
      assertThat(driver.output().readValuesToList()).containsExactly("fine",
          "a 17: the feature x1 is missing, expected a finite number");
    }
  }

  @Test
  void aMissingFeatureCanBeImputed() {
    try (var driver = new ScoringDriver<>(scoring().badEvents(BadEvents.IMPUTE))) {
      assertThat(driver.score("a", new float[] {1, Float.NaN, 2}, 0))
          .containsExactly(answer(new float[] {1, 0, 2}));
    }
  }

  @Test
  void aBadEventCanStopTheApplication() {
    try (var driver = new ScoringDriver<>(scoring().badEvents(BadEvents.FAIL))) {
      driver.score("a", event(1), 0);
      assertThatThrownBy(() -> driver.send("a", new float[] {2, 0, Float.NaN}, 17))
          .isInstanceOf(StreamsException.class).rootCause().isInstanceOf(DataException.class)
          .hasMessage(
              "an event of key a at offset 1 of events-0 cannot be scored: the feature x1 is"
                  + " missing, expected a finite number");
    }
  }

  /// What users of Kafka Streams expect: a topic of what could not be processed, as it came.
  @Test
  void aBadEventCanGoToTheDeadLetterQueue() {
    assumeThat(StreamsConfig.configDef().names()).as("since Kafka 4.2")
        .contains("errors.dead.letter.queue.topic.name");
    var settings = new Properties();
    settings.put("processing.exception.handler",
        "org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler");
    settings.put("errors.dead.letter.queue.topic.name", "dead");
    try (var driver = new ScoringDriver<>(scoring().badEvents(BadEvents.FAIL), settings)) {
      driver.score("a", event(1), 0);
      var bad = new float[] {2, 0, Float.NaN};
      driver.send("a", bad, 17);
      assertThat(driver.score("a", event(3), 18)).containsExactly(answer(event(1), event(3)));
      var dead = driver.topic("dead").readRecord();
      assertThat(dead.key()).isEqualTo("a");
      assertThat((float[]) dead.value()).containsExactly(bad);
      assertThat(new String(dead.headers().lastHeader("__streams.errors.message").value(),
          UTF_8)).contains("the feature x1 is missing");
    }
  }
}
