package dev.unroll.kafka;

import dev.unroll.stream.KeyState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/// A topology of one scoring, which is driven without a broker; values are serialized as Java does
/// it.
final class ScoringDriver<E, R> implements AutoCloseable {
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, E> events;
  private final TestOutputTopic<String, R> results;

  ScoringDriver(Scoring<E, R> scoring) {
    this(scoring, new Properties());
  }

  ScoringDriver(Scoring<E, R> scoring, Properties more) {
    var builder = new StreamsBuilder();
    builder.stream("events", Consumed.with(Serdes.String(), ScoringDriver.<E>java()))
        .processValues(scoring).to("results",
            Produced.with(Serdes.String(), ScoringDriver.<R>java()));
    var settings = new Properties();
    settings.put("default.key.serde", Serdes.StringSerde.class);
    settings.putAll(more);
    driver = new TopologyTestDriver(builder.build(), settings, Instant.EPOCH);
    events = driver.createInputTopic("events", Serdes.String().serializer(),
        ScoringDriver.<E>java().serializer());
    results = topic("results");
  }

  <V> TestOutputTopic<String, V> topic(String name) {
    return driver.createOutputTopic(name, Serdes.String().deserializer(),
        ScoringDriver.<V>java().deserializer());
  }

  void send(@Nullable String key, @Nullable E event, long time) {
    events.pipeInput(key, event, time);
  }

  /// Sends an event and returns its result, the one that there is.
  R score(String key, E event, long time) {
    send(key, event, time);
    var all = results.readValuesToList();
    if (all.size() != 1) {
      throw new AssertionError("results: " + all);
    }
    return all.getFirst();
  }

  TestOutputTopic<String, R> output() {
    return results;
  }

  Map<String, List<R>> results() {
    var byKey = new HashMap<String, List<R>>();
    results.readKeyValuesToList()
        .forEach(it -> byKey.computeIfAbsent(it.key, _ -> new ArrayList<>()).add(it.value));
    return byKey;
  }

  KeyValueStore<String, ValueAndTimestamp<KeyState>> states(String store) {
    return driver.getTimestampedKeyValueStore(store);
  }

  /// Lets time pass on the wall.
  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  double metric(String name) {
    return driver.metrics().entrySet().stream().filter(it -> it.getKey().name().equals(name))
        .mapToDouble(it -> (double) it.getValue().metricValue()).sum();
  }

  @Override
  public void close() {
    driver.close();
  }

  private static <T> Serde<T> java() {
    return Serdes.serdeFrom((_, value) -> written(value), ScoringDriver::read);
  }

  private static byte @Nullable [] written(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> @Nullable T read(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (T) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(topic, e);
    }
  }
}
