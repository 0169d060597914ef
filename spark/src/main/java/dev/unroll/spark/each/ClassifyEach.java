package dev.unroll.spark.each;

import static dev.unroll.spark.table.ColumnNames.column;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import dev.unroll.data.DataException;
import dev.unroll.spark.table.ColumnNames;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/// Trains a classifier for each key of a table, from its rows of a text or a sequence with a label:
/// one for each machine or customer, each in one task.
///
/// ```java
/// var each = ClassifyEach.of().training(o -> o.effort(Effort.QUICK));
/// var global = each.global(cycles, "machine", "vibration", "fault", 50);    // of 50 machines
/// try (var classifiers = each.fallback(global).train(cycles, "machine", "vibration", "fault")) {
///   classifiers.figures().orderBy("accuracy").show();      // beside that of the most frequent class
///   classifiers.classify(today, "vibration", "fault").write().parquet("…");
/// }
/// ```
///
/// A key that cannot be learned fails alone: its sentence is in `problem`. With a fallback, a
/// classifier of many keys, keys with too few examples get its answers. The result of a key has the
/// same bits wherever its task runs and however its rows are ordered. Null is no key: rows without
/// one are not learned, and are answered as those of a key that is new.
///
/// A value: each setting gives a changed copy.
public final class ClassifyEach {
  private static final int FEWEST = 30;

  private final Setup setup;
  private final int fewest;
  private final byte @Nullable [] fallback;
  private final int tasks;

  /// Changes the training of each key; sent to the executors.
  @FunctionalInterface
  public interface Setup extends Serializable {
    /// The options with other settings.
    ClassifierOptions of(ClassifierOptions defaults);
  }

  private ClassifyEach(Setup setup, int fewest, byte @Nullable [] fallback, int tasks) {
    this.setup = setup;
    this.fewest = fewest;
    this.fallback = fallback;
    this.tasks = tasks;
  }

  /// Classifies with the defaults of [ClassifierOptions], keys with at least 30 examples by a model
  /// of their own.
  public static ClassifyEach of() {
    return new ClassifyEach(options -> options, FEWEST, null, 0);
  }

  /// Sets what is changed in the training of each key: effort, epochs, seed, share that validates.
  public ClassifyEach training(Setup setup) {
    return new ClassifyEach(setup, fewest, fallback, tasks);
  }

  /// Sets the fewest examples of a key that gets a model of its own.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public ClassifyEach fewest(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException(
          "the fewest examples of a key are %d, expected at least 1".formatted(examples));
    }
    return new ClassifyEach(setup, examples, fallback, tasks);
  }

  /// Sets a classifier of many keys for those without a model of their own ([#global]). None by
  /// default.
  public ClassifyEach fallback(Classifier global) {
    return new ClassifyEach(setup, fewest, global.toBytes(), tasks);
  }

  /// Sets the number of tasks; by default four for each slot of the cluster.
  public ClassifyEach tasks(int tasks) {
    return new ClassifyEach(setup, fewest, fallback, tasks);
  }

  /// Trains a classifier for each key. The models are trained once, when the result is first asked
  /// for something, and kept until it is closed. The examples of a key lie in the memory of its
  /// task; rows without a key, an input or a label are left out.
  ///
  /// @param key the column that says which key a row belongs to
  /// @param input texts, `array<array<…>>` of steps with their numbers, or `array<…>` with one
  ///     number a step; null inside of an array is a missing number
  /// @param label the class, of any type that has a text
  /// @throws DataException if a column is missing, the input is something else, or the key has the
  ///     name of a column of the results
  public KeyClassifiers train(Dataset<Row> table, String key, String input, String label) {
    var examples = examples(table, key, input, label);
    var training = new KeyClassifierTraining(setup, fewest, fallback);
    return new KeyClassifiers(EachKey.spread(examples, tasks).mapPartitions(training,
        Encoders.row(KeyClassifiers.schema(examples.schema().apply(0)))), key, fallback);
  }

  /// Trains one classifier on the examples of many keys, for [#fallback]: on this machine, of the
  /// first keys.
  ///
  /// @param most the largest number of keys
  /// @throws DataException as [#train], or if there is nothing to learn
  /// @throws IllegalArgumentException if `most` is below 1
  public Classifier global(Dataset<Row> table, String key, String input, String label, int most) {
    EachKey.requireMost(most);
    var keys = examples(table, key, input, label).orderBy(column(key)).limit(most)
        .collectAsList();
    return KeyExamples.of(keys).train(setup.of(ClassifierOptions.DEFAULT));
  }

  /// A row for each key: the key, and its inputs and labels in an order of their own, which does
  /// not depend on that of the rows.
  private static Dataset<Row> examples(Dataset<Row> table, String key, String input,
      String label) {
    ColumnNames.require(table.schema(), List.of(key, input, label));
    ColumnNames.requireKey(key, KeyClassifiers.RESULTS);
    KeyExamples.require(table.schema().apply(input));
    var examples = sort_array(collect_list(struct(column(input).as("input"),
        column(label).cast("string").as("label"))));
    var all = "examples of " + key; // another name than that of the key, whatever that is
    return table
        .filter(column(key).isNotNull().and(column(input).isNotNull())
            .and(column(label).isNotNull()))
        .groupBy(column(key)).agg(examples.as(all))
        .select(column(key), column(all).getField("input").as("inputs of " + key),
            column(all).getField("label").as("labels of " + key));
  }
}
