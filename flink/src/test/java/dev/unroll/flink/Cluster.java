package dev.unroll.flink;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;

/// A cluster inside this JVM: task managers of two slots each, that may be killed.
final class Cluster implements AutoCloseable {
  private static final int SLOTS = 2;

  private final MiniCluster cluster;

  /// The numbers of the task managers that run; those of the dead are not given again.
  private final int[] running;
  private int started;

  Cluster(int taskManagers) throws Exception {
    var settings = new Configuration();
    settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
        .setConfiguration(settings).setNumTaskManagers(taskManagers)
        .setNumSlotsPerTaskManager(SLOTS).withRandomPorts().build());
    cluster.start();
    running = IntStream.range(0, taskManagers).toArray();
    started = taskManagers;
  }

  MiniCluster cluster() {
    return cluster;
  }

  /// Ends a task manager, whose tasks fail, and starts another.
  void kill(int taskManager) throws Exception {
    cluster.terminateTaskManager(running[taskManager]).get();
    cluster.startTaskManager();
    running[taskManager] = started++;
  }

  /// Where jobs are made for it, which may use no generic types.
  StreamExecutionEnvironment environment(String backend, int parallelism) {
    var settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(StateBackendOptions.STATE_BACKEND, backend);
    return environment(settings, parallelism);
  }

  StreamExecutionEnvironment environment(Configuration settings, int parallelism) {
    return new TestStreamEnvironment(cluster, settings, parallelism, List.of(), List.of());
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
