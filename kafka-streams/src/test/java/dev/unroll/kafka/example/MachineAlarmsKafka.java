package dev.unroll.kafka.example;

import dev.unroll.kafka.Scoring;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.stream.Features;
import dev.unroll.stream.StreamModel;
import dev.unroll.task.detect.Detector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.DoubleSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/// A thousand machines send their temperature every hour; a detector that has seen one of them for
/// a month raises alarms for those whose cooling fails. Kafka Streams with `exactly_once_v2`,
/// against a broker of Kafka itself in this JVM: `examples/run MachineAlarmsKafka`.
public final class MachineAlarmsKafka {
  /// Later than the detector has seen enough to expect anything: two days, a day ahead.
  private static final int FAILS_AFTER = 100;

  private MachineAlarmsKafka() {}

  static void main() throws Exception {
    var folder = Files.createTempDirectory("machine-alarms");
    IO.println("Training a detector on a month of one machine …");
    var alarms = run(1_000, 120, 60, folder);
    alarms.stream().limit(20).forEach(IO::println);
    IO.println("%d alarms, of %d machines; 10 of 1,000 had lost their cooling. Kafka's files: %s"
        .formatted(alarms.size(), alarms.stream().map(it -> it.split(":")[0]).distinct().count(),
            folder));
  }

  /// Runs everything and returns the alarms.
  static List<String> run(int machines, int hours, int epochs, Path folder) throws Exception {
    // Lately, or Kafka would drop old records; from midnight, or each hour would have other data.
    var start = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS)
        .minusDays(Math.ceilDiv(hours, 24));
    var month = new double[30 * 24];
    for (int hour = 0; hour < month.length; hour++) {
      month[hour] = temperature(start.minusHours(month.length - hour), new Random(hour));
    }
    var model = StreamModel.of(Detector.training().alarmRate(1e-6).epochs(epochs).train(
        Series.of(month).start(start.minusHours(month.length), TimeStep.hours(1))));
    try (var broker = Broker.start(folder.resolve("broker"))) {
      broker.create(4, "temperatures", "alarms");
      try (var streams = new KafkaStreams(topology(model).build(), settings(broker, folder))) {
        streams.start();
        send(broker, machines, hours, start);
        return alarms(broker, streams, (long) machines * hours);
      }
    }
  }

  /// What the application is: temperatures in, alarms out, a state for each machine.
  private static StreamsBuilder topology(StreamModel model) {
    Features<Double> features = (temperature, row) -> row.set(0, temperature);
    var builder = new StreamsBuilder();
    builder.stream("temperatures", Consumed.with(Serdes.String(), Serdes.Double()))
        .processValues(Scoring.supplier(model, features, (temperature, score) -> score.alarm()
            ? String.format(Locale.ROOT, "%.1f °C, expected %.1f", temperature,
                score.value("expected"))
            : ""))
        .filterNot((machine, alarm) -> alarm.isEmpty())
        .to("alarms", Produced.with(Serdes.String(), Serdes.String()));
    return builder;
  }

  private static Properties settings(Broker broker, Path folder) {
    var settings = new Properties();
    settings.put("application.id", "machine-alarms");
    settings.put("bootstrap.servers", broker.address());
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("default.key.serde", Serdes.StringSerde.class);
    settings.put("state.dir", folder.resolve("states").toString());
    settings.put("auto.offset.reset", "earliest");
    return settings;
  }

  private static double temperature(LocalDateTime time, Random random) {
    return 60 + 8 * Math.sin(time.getHour() * Math.PI / 12) + random.nextGaussian();
  }

  private static void send(Broker broker, int machines, int hours, LocalDateTime start)
      throws ExecutionException, InterruptedException {
    var random = new Random(1);
    Future<?> last = CompletableFuture.completedFuture(null);
    try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.address()),
        new StringSerializer(), new DoubleSerializer())) {
      for (int hour = 0; hour < hours; hour++) {
        var time = start.plusHours(hour);
        for (int machine = 0; machine < machines; machine++) {
          double heat = machine % 100 == 99 && hour >= FAILS_AFTER ? 25 : 0;
          last = producer.send(new ProducerRecord<>("temperatures", null,
              time.toInstant(ZoneOffset.UTC).toEpochMilli(), "machine " + machine,
              temperature(time, random) + heat));
        }
      }
      last.get();
    }
  }

  /// Reads the alarms until all events are processed and committed.
  private static List<String> alarms(Broker broker, KafkaStreams streams, long events) {
    var alarms = new ArrayList<String>();
    try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.address(),
        "group.id", "people", "auto.offset.reset", "earliest", "isolation.level", "read_committed"),
        new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("alarms"));
      for (int quiet = 0; quiet < 10; quiet++) {
        for (var it : consumer.poll(Duration.ofMillis(200))) {
          alarms.add(it.key() + ": " + it.value());
          quiet = 0;
        }
        quiet = processed(streams) < events ? 0 : quiet;
      }
    }
    return alarms;
  }

  private static double processed(KafkaStreams streams) {
    return streams.metrics().values().stream().filter(it -> it.metricName().name()
        .equals("process-total") && it.metricName().group().equals("stream-thread-metrics"))
        .mapToDouble(it -> (double) it.metricValue()).sum();
  }
}
