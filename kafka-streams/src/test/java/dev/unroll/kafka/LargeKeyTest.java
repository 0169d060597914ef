package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.kafka.example.Broker;
import dev.unroll.stream.StreamModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A key of a megabyte, which is more than Kafka takes until its limits are raised: in the topics,
/// for producers, and by `changelog` for the changelog.
@Tag("broker")
@Tag("long")
class LargeKeyTest {
  private static final String LIMIT = "" + (4 << 20);

  @Test
  void aKeyOfAMegabyteIsRestored(@TempDir Path folder) throws Exception {
    var model = StreamModel.of(Events.model(6));
    var key = "k".repeat(1 << 20);
    var events = IntStream.range(0, 4)
        .mapToObj(i -> new Events.Event(key, i, new float[] {i, 1, -i})).toList();
    try (var broker = Broker.start(folder.resolve("broker"))) {
      broker.create(1, Map.of("max.message.bytes", LIMIT), "events", "results");
      try (var results = new Results(broker.address(), 1, "read_committed")) {
        for (int half = 0; half < 2; half++) {
          var scoring = Scoring.supplier(model, Events.FEATURES, Events.RESULT)
              .changelog(Map.of("max.message.bytes", LIMIT));
          try (var streams = new KafkaStreams(Instance.topology(scoring).build(),
              settings(broker, Files.createDirectory(folder.resolve("half" + half))))) {
            streams.start();
            send(broker, events.subList(2 * half, 2 * half + 2));
            assertThat(results.await(2 * half + 2, Duration.ofSeconds(60))).isTrue();
          }
        }
        Events.requireSame(Events.results(model, events), results.byKey());
      }
    }
  }

  private static Properties settings(Broker broker, Path folder) {
    var settings = Instance.settings(broker.address(), folder, "classic");
    settings.put("producer.max.request.size", LIMIT);
    return settings;
  }

  private static void send(Broker broker, List<Events.Event> events) throws Exception {
    try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.address(),
        "max.request.size", LIMIT), new StringSerializer(), new FloatsSerde().serializer())) {
      for (var it : events) {
        producer.send(new ProducerRecord<>("events", it.key(), it.values())).get();
      }
    }
  }
}
