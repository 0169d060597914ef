package dev.unroll.spark.each;

import dev.unroll.Engine;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

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

  /// The rows of keys, divided among tasks.
  ///
  /// @param tasks 0 for four for each slot of the cluster
  static Dataset<Row> spread(Dataset<Row> keys, int tasks) {
    int slots = keys.sparkSession().sparkContext().defaultParallelism();
    return keys.repartition(tasks > 0 ? tasks : TASKS_PER_SLOT * slots);
  }
}
