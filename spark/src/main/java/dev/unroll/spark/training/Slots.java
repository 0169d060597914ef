package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/// The slots for tasks that a cluster has: those of a barrier stage all run at the same time.
record Slots(SparkSession spark) {
  private static final long LOOK_MILLIS = 200;

  /// The number of members.
  ///
  /// @param wanted 0 for as many as fit
  /// @param patience how long executors are waited for
  /// @throws DataException if there are not enough slots, or more members than shards
  int members(int wanted, int shards, Duration patience) {
    var context = spark.sparkContext();
    if (context.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new DataException(
          "members of a training run all at the same time, which Spark cannot do "
              + "with dynamic allocation; set spark.dynamicAllocation.enabled to false");
    }
    if (wanted > shards) {
      throw new DataException(("%d members share %d shards; set recipe.shards to a power of two of "
          + "at least %d, or fewer members").formatted(wanted, shards, wanted));
    }
    int slots = await(Math.max(1, wanted), patience);
    if (slots < Math.max(1, wanted)) {
      throw new DataException(("%d members run at the same time, but the cluster has slots for %d "
          + "tasks; set more executors (spark.executor.instances) or more cores for each "
          + "(spark.executor.cores), a smaller spark.task.cpus, now %s, or fewer members")
          .formatted(Math.max(1, wanted), slots, context.conf().get("spark.task.cpus", "1")));
    }
    return wanted > 0 ? wanted : Math.min(slots, shards);
  }

  private int await(int wanted, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    int slots = now();
    while (slots < wanted && System.nanoTime() < end) {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return slots;
      }
      slots = now();
    }
    return slots;
  }

  private int now() {
    var context = spark.sparkContext();
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }
}
