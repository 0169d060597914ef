package dev.unroll.spark.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.Engine;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tuning;
import dev.unroll.train.Fit;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// Searches settings by successive halving ([Tuning]), with a task for each trial.
///
/// ```java
/// var tunable = Forecaster.training(Horizon.hours(24)).tunable(Series.csv(path));
/// var found = SparkTuning.in(spark, "hdfs:///searches/3").search(
///     Tuning.of(tunable.space().draw(1, 27), tunable.epochs()),
///     (settings, engine, fit) -> Forecaster.training(Horizon.hours(24)).settings(settings)
///         .engine(engine).train(Series.csv(path), fit));
/// found.best();
/// found.table().show();
/// ```
///
/// The folder has the checkpoint of each trial, so that one that is promoted goes on where it
/// stopped, and the results: a search that is started again with the same folder makes only the
/// trials that are missing. A trial that fails is told in the table and ends there.
public final class SparkTuning {
  private final SparkSession spark;
  private final HadoopFiles folder;

  private SparkTuning(SparkSession spark, HadoopFiles folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /// Trains with settings; sent to the executors, and called there. Data are what all of them see.
  @FunctionalInterface
  public interface Trial extends Serializable {
    /// Trains in a fit, which pauses when the budget of the rung is spent.
    ///
    /// @param engine of the task
    /// @throws Exception if it cannot
    void train(Settings settings, Engine engine, Fit fit) throws Exception;
  }

  /// What a search has found.
  ///
  /// @param best of the candidates
  /// @param table a row for each trial of each rung: `trial`, `rung`, `epochs`, `settings`, `merit`
  ///     (larger is better: a figure, or a loss with its sign changed), `problem`
  public record Found(Settings best, Dataset<Row> table) {}

  /// Returns a search with its files in a folder.
  ///
  /// @param folder in a file system that all machines see; a search that is there already is gone
  ///     on with
  public static SparkTuning in(SparkSession spark, String folder) {
    return new SparkTuning(spark, HadoopFiles.of(spark, folder));
  }

  /// Searches to the end.
  ///
  /// @param tuning whose budget is epochs
  /// @throws IOException if the folder cannot be read or written, or has another search: other
  ///     settings, or trials of other epochs
  /// @throws IllegalStateException if all trials failed; it shows why the first did
  public Found search(Tuning<Settings> tuning, Trial trial) throws IOException {
    folder.makeFolder();
    requireOneSearch(tuning);
    var done = tuning;
    var rows = new ArrayList<Row>();
    while (!done.finished()) {
      var waiting = done.waiting().stream().map(job -> new TrialTask.Job(job.trial(), job.rung(),
          job.budget(), job.candidate().toString())).toList();
      for (var result : results(waiting, trial)) {
        done = done.with(result.job().trial(), result.merit());
        rows.add(RowFactory.create(result.job().trial(), result.job().rung(),
            result.job().budget(), result.job().settings(),
            Double.isNaN(result.merit()) ? null : result.merit(),
            result.problem().isEmpty() ? null : result.problem()));
      }
    }
    var best = done.best();
    if (best.isEmpty()) {
      throw new IllegalStateException("all trials have failed; the first one: "
          + rows.getFirst().getString(rows.getFirst().length() - 1));
    }
    return new Found(done.candidates().get(best.getAsInt()), spark.createDataFrame(rows,
        new StructType().add("trial", DataTypes.IntegerType).add("rung", DataTypes.IntegerType)
            .add("epochs", DataTypes.IntegerType).add("settings", DataTypes.StringType)
            .add("merit", DataTypes.DoubleType).add("problem", DataTypes.StringType)));
  }

  /// The trials that are in the folder have the epochs of this search. The file that says so is
  /// there before the first of them.
  private void requireOneSearch(Tuning<Settings> tuning) throws IOException {
    var file = folder.resolve("epochs.txt");
    var wanted = tuning.budgets().toString();
    if (file.exists()) {
      var found = new String(file.read(), UTF_8).strip();
      if (!found.equals(wanted)) {
        throw new IOException(("%s says that the trials of this search have the epochs %s, expected"
            + " %s; start another search in a folder of its own").formatted(file.path(), found,
                wanted));
      }
    } else if (folder.resolve("trial-0").exists()) {
      throw new IOException(("%s has trials, but no epochs.txt that says of how many epochs; start "
          + "another search in a folder of its own").formatted(folder.path()));
    } else {
      file.write(wanted.getBytes(UTF_8));
    }
  }

  private List<TrialTask.Result> results(List<TrialTask.Job> jobs, Trial trial)
      throws IOException {
    var missing = new ArrayList<TrialTask.Job>();
    for (var job : jobs) {
      if (!job.file(folder).exists()) {
        missing.add(job);
      }
    }
    if (!missing.isEmpty()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(missing, missing.size()).foreach(new TrialTask(folder, trial));
    }
    var results = new ArrayList<TrialTask.Result>();
    for (var job : jobs) {
      results.add(TrialTask.Result.read(job, folder));
    }
    return results;
  }
}
