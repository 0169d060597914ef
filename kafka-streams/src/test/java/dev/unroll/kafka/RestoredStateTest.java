package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.kafka.example.Broker;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An application that is stopped and goes on elsewhere: its states come from the changelog, with
/// every bit, and can be asked for.
@Tag("broker")
class RestoredStateTest {
  private static final StreamModel MODEL = StreamModel.of(Events.model(6));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void statesComeFromTheChangelog(@TempDir Path folder) throws Exception {
    var events = Events.of(0, 600, 5, new Random(2));
    try (var broker = Broker.start(folder.resolve("broker"))) {
      broker.create(2, "events", "results");
      try (var results = new Results(broker.address(), 2, "read_committed")) {
        var kept = new ArrayList<KeyState>();
        for (int half = 0; half < 2; half++) {
          var scoring = Scoring.supplier(MODEL, Events.FEATURES, Events.RESULT).inMemory();
          // Its own folder: nothing is there but the changelog.
          var settings = Instance.settings(broker.address(),
              Files.createDirectory(folder.resolve("half" + half)), "classic");
          try (var streams = new KafkaStreams(Instance.topology(scoring).build(), settings)) {
            streams.start();
            if (half == 1) {
              assertThat(states(streams)).as("restored").isEqualTo(kept);
            }
            Events.send(broker.address(), events.subList(300 * half, 300 * half + 300));
            assertThat(results.await(300 * half + 300, PATIENCE)).isTrue();
            kept.clear();
            kept.addAll(states(streams));
          }
        }
        Events.requireSame(Events.results(MODEL, events), results.byKey());
      }
    }
  }

  /// The states of the keys, asked for as users do.
  private static List<KeyState> states(KafkaStreams streams) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (streams.state() != KafkaStreams.State.RUNNING) {
      assertThat(System.nanoTime()).as("the application is %s", streams.state()).isLessThan(end);
      Thread.sleep(50);
    }
    ReadOnlyKeyValueStore<String, KeyState> store = streams.store(StoreQueryParameters
        .fromNameAndType(Scoring.STORE, QueryableStoreTypes.keyValueStore()));
    var states = new ArrayList<KeyState>();
    for (int key = 0; key < 5; key++) {
      states.add(store.get("key" + key));
    }
    assertThat(states).doesNotContainNull();
    return states;
  }
}
