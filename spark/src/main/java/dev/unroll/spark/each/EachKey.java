package dev.unroll.spark.each;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/// Makes a row of results of each key of a partition, one after another, with the engine of the
/// task.
interface EachKey extends MapPartitionsFunction<Row, Row> {
  /// Tasks for each slot, so that slow keys do not leave slots without work.
  int TASKS_PER_SLOT = 4;

  /// Returns what makes the result of a key; whatever is wrong with the key is told in it.
  ///
  /// @param engine that is closed when the task ends
  UnaryOperator<Row> worker(Engine engine) throws IOException;

  @Override
  default Iterator<Row> call(Iterator<Row> keys) throws IOException {
    var context = TaskContext.get();
    var engine = Engine.of(context.cpus());
    TaskCompletionListener close = _ -> engine.close();
    context.addTaskCompletionListener(close);
    var worker = worker(engine);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return keys.hasNext();
      }

      @Override
      public Row next() {
        return worker.apply(keys.next());
      }
    };
  }

  /// Checks the largest number of keys that a global model learns.
  ///
  /// @throws IllegalArgumentException if it is below 1
  static void requireMost(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "the largest number of keys is %d, expected at least 1".formatted(most));
    }
  }

  /// Why a key has no model, by that of its own and by the fallback, as sentences.
  static String both(String own, String fallback) {
    return "%s. The fallback: %s".formatted(own.endsWith(".") ? own.substring(0, own.length() - 1)
        : own, fallback);
  }

  /// What is wrong, as an exception tells it.
  static String why(RuntimeException e) {
    return e instanceof DataException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /// A key as a text, unlike that of any other key; empty for null, which is no key.
  static String text(@Nullable Object key) {
    return switch (key) {
      case null -> "";
      case byte[] bytes -> "=" + HexFormat.of().formatHex(bytes);
      default -> "=" + key;
    };
  }

  /// The rows of keys, divided among tasks.
  ///
  /// @param tasks 0 for four for each slot of the cluster
  static Dataset<Row> spread(Dataset<Row> keys, int tasks) {
    int slots = keys.sparkSession().sparkContext().defaultParallelism();
    return keys.repartition(tasks > 0 ? tasks : TASKS_PER_SLOT * slots);
  }
}
