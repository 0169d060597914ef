package dev.unroll.kafka;

import dev.unroll.stream.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/// An instance of an application that scores events in topic `events` into topic `results`, in a
/// JVM of its own, which can be killed.
final class Instance {
  /// A key with an event every 5 seconds pauses for longer once in a while.
  static final Duration EXPIRY = Duration.ofSeconds(10);

  private Instance() {}

  /// The settings of an instance.
  ///
  /// @param folder where it keeps its stores
  static Properties settings(String broker, Path folder, String protocol) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "scoring");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    settings.put("group.protocol", protocol);
    if (protocol.equals("classic")) {
      settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 1500);
      settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 300);
    }
    settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 4000);
    // Long enough that whoever is killed leaves a transaction open.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 250);
    settings.put("auto.offset.reset", "earliest");
    return settings;
  }

  /// The topology.
  static StreamsBuilder topology(Scoring<float[], float[]> scoring) {
    var builder = new StreamsBuilder();
    builder.stream("events", Consumed.with(Serdes.String(), new FloatsSerde()))
        .processValues(scoring)
        .to("results", Produced.with(Serdes.String(), new FloatsSerde()));
    return builder;
  }

  /// Starts an instance in a process.
  ///
  /// @param log gets what it prints
  static Process start(String broker, Path folder, String protocol, Path model, Path log)
      throws IOException {
    var command = Stream.concat(Stream.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
        "jdk.incubator.vector", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Instance.class.getName()),
        Stream.of(broker, folder.toString(), protocol, model.toString())).toList();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
        .start();
  }

  static void main(String... arguments) throws IOException {
    var given = List.of(arguments);
    var scoring = Scoring.supplier(ModelSource.file(given.get(3)), Events.FEATURES, Events.RESULT)
        .expireAfter(EXPIRY);
    // Not closed: it runs until it is killed.
    @SuppressWarnings("resource")
    var streams = new KafkaStreams(topology(scoring).build(),
        settings(given.get(0), Path.of(given.get(1)), given.get(2)));
    streams.setUncaughtExceptionHandler(failure -> {
      failure.printStackTrace();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    });
    streams.start();
    while (System.in.read() >= 0) {
      // nothing comes but the end, when the process that started it is gone
    }
    Runtime.getRuntime().halt(1);
  }
}
