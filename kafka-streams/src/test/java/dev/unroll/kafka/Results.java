package dev.unroll.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// What lies in topic `results`, by key and in order, as a consumer sees it.
final class Results implements AutoCloseable {
  private final KafkaConsumer<String, float[]> consumer;
  private final Map<String, List<float[]>> byKey = new HashMap<>();
  private int count;

  /// @param isolation `read_committed`, or `read_uncommitted` to see what was taken back as well
  Results(String broker, int partitions, String isolation) {
    consumer =
        new KafkaConsumer<>(Map.of("bootstrap.servers", broker, "isolation.level", isolation),
            new StringDeserializer(), new FloatsSerde().deserializer());
    var all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition("results", p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  Map<String, List<float[]>> byKey() {
    return byKey;
  }

  int count() {
    return count;
  }

  /// Reads until there are so many, or until none has come for a time.
  ///
  /// @return whether there are so many
  boolean await(int wanted, Duration patience) {
    long last = System.nanoTime();
    while (count < wanted) {
      if (poll()) {
        last = System.nanoTime();
      } else if (System.nanoTime() - last > patience.toNanos()) {
        return false;
      }
    }
    return true;
  }

  private boolean poll() {
    var records = consumer.poll(Duration.ofMillis(100));
    records.forEach(it -> byKey.computeIfAbsent(it.key(), _ -> new ArrayList<>()).add(it.value()));
    count += records.count();
    return !records.isEmpty();
  }

  /// Reads all that is there now.
  int all() {
    var ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
      poll();
    }
    return count;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
