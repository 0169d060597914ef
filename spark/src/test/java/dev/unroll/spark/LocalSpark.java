package dev.unroll.spark;

import dev.unroll.spark.stream.StreamScoring;
import org.apache.spark.sql.SparkSession;

/// Spark in this JVM, once for all tests.
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session() {
    return session("local[3]");
  }

  public static SparkSession session(String master) {
    return SparkSession.builder().master(master).appName("test")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.default.parallelism", "3")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "localhost")
        .config("spark.sql.streaming.stateStore.providerClass", StreamScoring.ROCKS_DB)
        .config("spark.sql.warehouse.dir", "target/warehouse")
        .getOrCreate();
  }
}
