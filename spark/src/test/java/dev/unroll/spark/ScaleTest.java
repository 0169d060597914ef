package dev.unroll.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.each.ForecastEach;
import dev.unroll.spark.table.TableModel;
import dev.unroll.spark.table.TableScoring;
import dev.unroll.task.Effort;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.tensor.CounterRandom;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Thousands of models and a million rows on two threads; prints what `docs/cluster.md` shows.
@Tag("long")
class ScaleTest {
  private static final CounterRandom RANDOM = CounterRandom.of(23).stream("scale");
  private static final int THREADS = 2;
  private static final int STEPS = 32;
  private static final int FEATURES = 3;

  private static SparkSession session() {
    return LocalSpark.session("local[%d]".formatted(THREADS));
  }

  /// The airline passengers of 1949 to 1960: another level, a trend of its own, and noise of 2 %
  /// for each of 2,000 keys, of which one is empty.
  private static Dataset<Row> passengers(int keys) throws Exception {
    var folder = System.getenv("UNROLL_DATA");
    assumeTrue(folder != null, "UNROLL_DATA names no folder");
    var lines = Files.readAllLines(Path.of(folder, "small-series", "AirPassengers.csv"));
    var rows = new ArrayList<Row>();
    for (int k = 0; k < keys; k++) {
      double level = 0.5 + RANDOM.uniform(k, 0);
      double trend = 0.004 * (RANDOM.uniform(k, 1) - 0.5);
      for (int t = 1; t < lines.size(); t++) {
        var cells = lines.get(t).split(",");
        double value = Double.parseDouble(cells[1]) * level * (1 + trend * t)
            * (1 + 0.04 * (RANDOM.uniform(k, 1 + t) - 0.5));
        rows.add(RowFactory.create(k, cells[0] + "-01", k == 77 ? Double.NaN : value));
      }
    }
    return session().createDataFrame(rows, new StructType().add("key", DataTypes.IntegerType)
        .add("month", DataTypes.StringType).add("passengers", DataTypes.DoubleType));
  }

  @Test
  void twoThousandSeries() throws Exception {
    int keys = Integer.getInteger("series", 2000);
    var table = passengers(keys);
    long start = System.nanoTime();
    try (var each = ForecastEach.of(Horizon.steps(6)).training(t -> t.effort(Effort.QUICK))
        .train(table, "key", "month", "passengers")) {
      var figures = each.figures();
      long failed = figures.filter("problem is not null").count();
      double seconds = (System.nanoTime() - start) / 1e9;
      double mase = figures.stat().approxQuantile("mase", new double[] {0.5}, 0)[0];
      double naive = figures.stat().approxQuantile("seasonalNaiveMase", new double[] {0.5}, 0)[0];
      System.out.printf("%d series in %.0f s; median MASE %.3f, seasonal naive %.3f; failed: %s%n",
          keys, seconds, mase, naive,
          figures.filter("problem is not null").select("key", "problem").collectAsList());
      assertThat(failed).isEqualTo(1);
      assertThat(mase).isLessThan(naive);
    }
  }

  private static float[] sequence(long i) {
    var sequence = new float[STEPS * FEATURES];
    RANDOM.uniforms(i, sequence, 0, sequence.length);
    return sequence;
  }

  @Test
  void aMillionRows() throws Exception {
    int count = Integer.getInteger("rows", 1_000_000);
    var model = SequenceToVector.of(Inputs.features(FEATURES), RecurrentStack.of(Gru.cell(), 64),
        Pooling.LAST, Outputs.classes(4), 2);
    MapFunction<Long, Row> row = i -> RowFactory.create(i, sequence(i));
    var table = session().range(0, count, 1, 4 * THREADS).map(row, Encoders.row(
        new StructType().add("id", DataTypes.LongType).add("sequence",
            DataTypes.createArrayType(DataTypes.FloatType, false))))
        .persist(StorageLevel.MEMORY_ONLY());
    assertThat(table.count()).isEqualTo(count);
    var sequences = new ArrayList<Values>();
    for (long i = 0; i < count; i++) {
      sequences.add(new Values.Features(sequence(i), FEATURES));
    }
    var scored = TableScoring.of(TableModel.of(model)).score(table, "sequence", "out");
    for (int round = 0; round < Integer.getInteger("rounds", 4); round++) {
      var loop = Cost.of(() -> loop(model, sequences));
      var answers = Cost.of(() -> write(scored.select("id", "out")));
      var all = Cost.of(() -> write(scored));
      System.out.printf("round %d: loop %s, answers %s, with sequences %s; speed of the loop's by "
          + "processor time %.2f and %.2f%n", round, loop, answers, all,
          loop.processor / answers.processor, loop.processor / all.processor);
    }
    var some = scored.filter("id = 7").first();
    try (var engine = Engine.of(1)) {
      var expected = model.predictor(engine).predict(sequences.get(7));
      for (int c = 0; c < 4; c++) {
        assertThat(some.getList(2).get(c)).isEqualTo(expected[c]);
      }
    }
  }

  private static long write(Dataset<Row> table) {
    table.write().format("noop").mode("overwrite").save();
    return 0;
  }

  /// What a work took: by the clock, and of all processors, which says more on a machine that does
  /// other work too.
  private record Cost(double seconds, double processor) {
    static Cost of(Callable<?> work) throws Exception {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long start = System.nanoTime();
      long processor = system.getProcessCpuTime();
      work.call();
      return new Cost((System.nanoTime() - start) / 1e9,
          (system.getProcessCpuTime() - processor) / 1e9);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f s (%.1f s of processors)", seconds, processor);
    }
  }

  private static long loop(SequenceToVector model, List<Values> sequences) throws Exception {
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var parts = new ArrayList<Callable<Long>>();
      int n = sequences.size() / THREADS;
      for (int p = 0; p < THREADS; p++) {
        var part = sequences.subList(p * n, (p + 1) * n);
        parts.add(() -> {
          var predictor = model.predictor(Engine.of(1));
          long answers = 0;
          for (int from = 0; from < part.size(); from += 2048) {
            answers += predictor.predictValues(
                part.subList(from, Math.min(part.size(), from + 2048))).size();
          }
          return answers;
        });
      }
      long answers = 0;
      for (var done : threads.invokeAll(parts)) {
        answers += done.get();
      }
      return answers;
    }
  }
}
