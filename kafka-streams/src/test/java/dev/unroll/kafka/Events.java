package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Events with two features for a small model, as arrays `{number, x0, x1}`, whose results are
/// `{number, p0, p1}`: what the tests with a broker send and expect.
final class Events {
  static final Features<float[]> FEATURES = (event, row) -> row.set(0, event[1]).set(1, event[2]);
  static final ScoreResult<float[], float[]> RESULT =
      (event, score) -> new float[] {event[0], score.value(0), score.value(1)};

  /// An hour ago: a broker takes no events of the future.
  private static final long START = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
  private static final long YEAR = Duration.ofDays(365).toMillis();

  private Events() {}

  /// A model of two features and two classes, with as many units.
  static SequenceToVector model(int units) {
    return SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), units),
        Outputs.classes(2));
  }

  /// An event of a key.
  record Event(String key, long time, float[] values) {}

  /// Events of keys in random order, numbered from `first` on, one every 10 milliseconds; some are
  /// late, and the clock of one key is a year behind.
  static List<Event> of(int first, int n, int keys, Random random) {
    var events = new ArrayList<Event>();
    for (int i = first; i < first + n; i++) {
      int key = random.nextInt(keys);
      long time = START + 10L * i - random.nextInt(3_000) - (key == 0 ? YEAR : 0);
      events.add(new Event("key" + key, time, new float[] {i, (float) random.nextGaussian(),
        (float) random.nextGaussian()}));
    }
    return events;
  }

  /// The results of every key, in order, of one run without Kafka.
  static Map<String, List<float[]>> results(StreamModel model, List<Event> events) {
    return results(model, events, 1, Long.MAX_VALUE);
  }

  /// The same with keys that are forgotten when the stream time of their partition is further on.
  static Map<String, List<float[]>> results(StreamModel model, List<Event> events, int partitions,
      long expiry) {
    var batch = new EventBatch<>(model, FEATURES, BadEvents.FAIL, 1);
    var streamTimes = new long[partitions];
    var states = new HashMap<String, KeyState>();
    var touched = new HashMap<String, Long>();
    var results = new HashMap<String, List<float[]>>();
    for (var event : events) {
      int partition = partition(event.key(), partitions);
      long now = Math.max(streamTimes[partition], event.time());
      streamTimes[partition] = now;
      if (now - touched.getOrDefault(event.key(), now) > expiry) {
        states.remove(event.key());
      }
      touched.put(event.key(), now);
      batch.add(event.values(), event.time(),
          states.computeIfAbsent(event.key(), _ -> model.initial()));
      batch.score();
      results.computeIfAbsent(event.key(), _ -> new ArrayList<>())
          .add(RESULT.of(event.values(), batch.score(0)));
      batch.clear();
    }
    return results;
  }

  private static int partition(String key, int partitions) {
    return Math.floorMod(key.hashCode(), partitions);
  }

  /// Sends events to topic `events`.
  static void send(String broker, List<Event> events) throws Exception {
    try (var producer = producer(broker)) {
      send(producer, events);
    }
  }

  static KafkaProducer<String, float[]> producer(String broker) {
    return new KafkaProducer<>(Map.of("bootstrap.servers", broker), new StringSerializer(),
        new FloatsSerde().serializer());
  }

  static void send(KafkaProducer<String, float[]> producer, List<Event> events) throws Exception {
    var sent = new ArrayList<Future<?>>();
    int partitions = producer.partitionsFor("events").size();
    for (var it : events) {
      sent.add(producer.send(new ProducerRecord<>("events", partition(it.key(), partitions),
          it.time(), it.key(), it.values())));
    }
    for (var one : sent) {
      one.get();
    }
  }

  /// None lost, none twice, in order, and every bit the same.
  static void requireSame(Map<String, List<float[]>> expected,
      Map<String, List<float[]>> actual) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, results) -> assertThat(actual.get(key)).as(key)
        .usingElementComparator(Arrays::compare).containsExactlyElementsOf(results));
  }
}
