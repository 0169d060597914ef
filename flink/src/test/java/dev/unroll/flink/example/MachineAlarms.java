package dev.unroll.flink.example;

import dev.unroll.flink.BatchedScoring;
import dev.unroll.series.Series;
import dev.unroll.stream.Features;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import dev.unroll.task.detect.Detector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/// A thousand machines send their temperature; a detector that has seen the first months of one
/// says which of them behave oddly. The temperatures are those of a CSV file with the columns
/// `timestamp` and `value`, such as `ambient_temperature_system_failure.csv` of the Numenta
/// benchmark; each machine measures them with a noise of its own. Flink runs in this JVM:
/// `examples/run MachineAlarms ambient_temperature_system_failure.csv`.
public final class MachineAlarms {
  private static final double FOR_TRAINING = 0.4;

  private MachineAlarms() {}

  /// What a machine sends.
  public record Measurement(int machine, long time, double temperature) {}

  /// What is told of an odd one.
  public record Alarm(int machine, long time, double temperature, float expected) {}

  static void main(String[] words) throws Exception {
    if (words.length != 1 || !Files.isReadable(Path.of(words[0]))) {
      IO.println("Which CSV file has the temperatures? See the first lines of this program.");
      System.exit(2);
    }
    int machines = 1_000;
    var alarms = run(Path.of(words[0]), machines, 2_000, 60);
    alarms.stream().limit(20).forEach(alarm -> IO.println("%s: machine %d has %.1f, expected %.1f"
        .formatted(java.time.Instant.ofEpochMilli(alarm.time()), alarm.machine(),
            alarm.temperature(), alarm.expected())));
    IO.println("%d alarms, of %d of %d machines".formatted(alarms.size(),
        alarms.stream().map(Alarm::machine).distinct().count(), machines));
  }

  /// Trains on the first part of a file, replays so many steps of the rest, and returns the alarms.
  static List<Alarm> run(Path file, int machines, int steps, int epochs) throws Exception {
    var series = Series.csv(file).time("timestamp").target("value");
    var track = series.tracks().getFirst();
    int trained = (int) (FOR_TRAINING * track.length());
    IO.println("Training a detector on %d of %d values …".formatted(trained, track.length()));
    var model = StreamModel.of(Detector.training().epochs(epochs).train(series.first(trained)));

    int last = Math.min(track.length(), trained + steps);
    var temperatures = new double[last - trained];
    var times = new long[last - trained];
    for (int i = 0; i < temperatures.length; i++) {
      temperatures[i] = track.columns()[0][trained + i];
      times[i] = track.time(trained + i).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    GeneratorFunction<Long, Measurement> replay = i -> {
      int step = (int) (i / machines);
      int machine = (int) (i % machines);
      double noise = 0.2 * new Random(i).nextGaussian();
      return new Measurement(machine, times[step], temperatures[step] + noise);
    };
    Features<Measurement> features = (it, row) -> row.set(0, it.temperature());
    ScoreResult<Measurement, Alarm> result = (it, score) -> new Alarm(
        score.alarm() ? it.machine() : -1, it.time(), it.temperature(), score.value("expected"));

    var environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.enableCheckpointing(5_000);
    var measurements = environment.fromSource(
        new DataGeneratorSource<>(replay, (long) machines * temperatures.length,
            TypeInformation.of(Measurement.class)),
        WatermarkStrategy.<Measurement>forMonotonousTimestamps()
            .withTimestampAssigner((it, _) -> it.time()),
        "machines").setParallelism(1);
    var alarms = BatchedScoring.of(model, features, result)
        .apply(measurements.keyBy(Measurement::machine, Types.INT)).uid("detector")
        .filter(alarm -> alarm.machine() >= 0);
    var found = new ArrayList<Alarm>();
    try (var all = alarms.executeAndCollect("machine alarms")) {
      all.forEachRemaining(found::add);
    }
    return found;
  }
}
