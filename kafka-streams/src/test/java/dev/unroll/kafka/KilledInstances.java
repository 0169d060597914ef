package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.kafka.Events.Event;
import dev.unroll.kafka.example.Broker;
import dev.unroll.stream.StreamModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A run in which instances are killed while they score, and others take over: what comes out is
/// compared with one run without Kafka.
///
/// @param kills how many instances are killed, each in the middle of `events` events
/// @param protocol of the group: `classic` or `streams`
record KilledInstances(int kills, int events, int keys, int partitions, String protocol) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What was found.
  ///
  /// @param sent the events
  /// @param results that were committed
  /// @param takenBack results of transactions that were aborted with the instances
  /// @param expected the results of each key without failures
  /// @param found those that were committed
  record Outcome(long sent, long results, long takenBack, Map<String, List<float[]>> expected,
      Map<String, List<float[]>> found) {}

  /// Runs it.
  ///
  /// @param folder for everything that is written
  Outcome run(Path folder) throws Exception {
    var structure = Events.model(24);
    var file = folder.resolve("model.safetensors");
    structure.save(file);
    var all = new ArrayList<Event>();
    var running = new ArrayDeque<Process>();
    try (var broker = Broker.start(folder.resolve("broker"))) {
      broker.create(partitions, "events", "results");
      try (var results = new Results(broker.address(), partitions, "read_committed")) {
        running.add(start(broker, folder, file, 0));
        running.add(start(broker, folder, file, 1));
        var random = new Random(7);
        for (int kill = 0; kill <= kills; kill++) {
          var more = Events.of(all.size(), events, keys, random);
          Events.send(broker.address(), more);
          all.addAll(more);
          // Somewhere in the middle: when the first results of these events are there.
          assertThat(results.await(all.size() - events + 1 + random.nextInt(events / 2), PATIENCE))
              .as("results: %d of %d, see %s", results.count(), all.size(), folder).isTrue();
          if (kill < kills) {
            running.remove().destroyForcibly().waitFor();
            running.add(start(broker, folder, file, kill + 2));
          }
        }
        assertThat(results.await(all.size(), PATIENCE))
            .as("results: %d of %d, see %s", results.count(), all.size(), folder).isTrue();
        // One more would be twice.
        results.await(all.size() + 1, Duration.ofSeconds(1));
        var expected = Events.results(StreamModel.of(structure), all, partitions,
            Instance.EXPIRY.toMillis());
        try (var uncommitted = new Results(broker.address(), partitions, "read_uncommitted")) {
          return new Outcome(all.size(), results.count(), uncommitted.all() - results.count(),
              expected, results.byKey());
        }
      } finally {
        for (var process : running) {
          process.destroyForcibly().waitFor();
        }
      }
    }
  }

  private Process start(Broker broker, Path folder, Path model, int number) throws Exception {
    return Instance.start(broker.address(),
        Files.createDirectory(folder.resolve("instance" + number)), protocol, model,
        folder.resolve("instance%d.log".formatted(number)));
  }
}
