package dev.unroll.spark.search;

import dev.unroll.task.tune.Tuning;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/// A driver in a JVM of its own that searches in a folder, with one trial at a time.
///
/// Arguments: the folder; the file of a trial that waits to be killed, or nothing.
final class SearchProgram {
  private SearchProgram() {}

  public static void main(String... arguments) throws Exception {
    var waits = arguments.length > 1 ? arguments[1] : "";
    var spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
        .getOrCreate();
    var found = SparkTuning.in(spark, arguments[0]).search(
        Tuning.of(SparkTuningTest.candidates(), SparkTuningTest.EPOCHS),
        (settings, engine, fit) -> {
          if (!waits.isEmpty() && Files.exists(Path.of(waits))) {
            Thread.sleep(600_000);
          }
          SparkTuningTest.train(settings, engine, fit);
        });
    System.out.println(found.best());
    found.table().orderBy("rung", "trial").collectAsList().forEach(System.out::println);
    spark.stop();
  }
}
