package dev.unroll.spark.training;

import dev.unroll.spark.DriverProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;

/// A driver in a JVM of its own, whose executors are JVMs of their own: trains a case, and kills
/// executors by SIGKILL, each after a checkpoint.
///
/// Arguments: case, executors, steps, kills, folder.
final class ClusterProgram {
  private ClusterProgram() {}

  public static void main(String... arguments) throws Exception {
    var it = TrainingCase.valueOf(arguments[0]);
    int executors = Integer.parseInt(arguments[1]);
    var recipe = TrainingCase.recipe(Integer.parseInt(arguments[2]));
    int kills = Integer.parseInt(arguments[3]);
    var folder = Path.of(arguments[4]);
    var spark = SparkSession.builder().master("local-cluster[%d,1,512]".formatted(executors))
        .appName("cluster").config("spark.ui.enabled", "false")
        .config("spark.executor.memory", "512m")
        .config("spark.executor.extraClassPath", DriverProcess.classPath(true))
        .config("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .getOrCreate();
    var killed = new AtomicInteger();
    var killer = new Thread(() -> kill(folder.resolve("checkpoint.safetensors"), kills, killed));
    killer.setDaemon(true);
    killer.start();
    SparkTraining.in(spark, folder.toUri().toString()).recipe(recipe).members(executors)
        .checkpointSteps(5).patience(Duration.ofMinutes(5)).fit(it.model(), it);
    System.out.printf("killed %d, model %s%n", killed.get(), TrainingCase.digest(folder));
    spark.stop();
  }

  private static void kill(Path checkpoint, int kills, AtomicInteger killed) {
    try {
      var seen = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint) : null;
      while (killed.get() < kills) {
        Thread.sleep(20);
        var now = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint) : null;
        if (now == null || now.equals(seen)) {
          continue;
        }
        var executor = ProcessHandle.current().descendants()
            .filter(process -> process.info().commandLine().orElse("")
                .contains("CoarseGrainedExecutorBackend"))
            .findFirst();
        if (executor.isPresent() && executor.get().destroyForcibly()) {
          killed.incrementAndGet();
          Thread.sleep(8000); // until another one has taken its place
          seen = Files.getLastModifiedTime(checkpoint);
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
