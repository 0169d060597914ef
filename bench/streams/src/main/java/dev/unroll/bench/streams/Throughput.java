package dev.unroll.bench.streams;

import static java.util.Objects.requireNonNull;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/// Events a second of the same job with different work, in turns, and what a thread allocates for
/// an event beyond the engine's own.
final class Throughput {
  private static final int DEVICES = 50_000;
  private static final int ROUNDS = 3;

  private Throughput() {}

  private record Measured(double perSecond, double bytes) {}

  /// Measures.
  ///
  /// @param words the number of cores, the seconds of a turn, the back end, and the works
  public static void main(String... words) throws Exception {
    int cores = Integer.parseInt(words[0]);
    double seconds = Double.parseDouble(words[1]);
    var works = Arrays.stream(words).skip(3).map(Work::valueOf).toList();
    Map<Work, List<Measured>> all = new EnumMap<>(Work.class);
    for (int round = 0; round <= ROUNDS; round++) {
      for (var work : works) {
        var measured = measure(work, cores, words[2], seconds);
        if (round > 0) {
          all.computeIfAbsent(work, _ -> new ArrayList<>()).add(measured);
        }
        System.err.printf(Locale.ROOT, "%s%s: %.0f/s, %.1f bytes%n", round == 0 ? "warm-up, " : "",
            work.title, measured.perSecond, measured.bytes);
      }
    }
    System.out.printf(Locale.ROOT, "%-24s %12s %22s %s%n", "job, " + cores + " core(s)",
        "events/s", "(slowest – fastest)", "bytes/event");
    for (var work : works) {
      var turns = requireNonNull(all.get(work));
      var rates = turns.stream().mapToDouble(Measured::perSecond).sorted().toArray();
      var bytes = turns.stream().mapToDouble(Measured::bytes).sorted().toArray();
      System.out.printf(Locale.ROOT, "%-24s %12.0f %22s %8.1f%n", work.title, rates[ROUNDS / 2],
          "(%.0f – %.0f)".formatted(rates[0], rates[ROUNDS - 1]), bytes[ROUNDS / 2]);
    }
    System.exit(0);
  }

  private static Measured measure(Work work, int cores, String backend, double seconds)
      throws Exception {
    var job = start(work, cores, backend);
    try {
      long before = Meter.results();
      while (Meter.results() == before) {
        if (job.getJobExecutionResult().isCompletedExceptionally()) {
          job.getJobExecutionResult().get();
        }
        Thread.sleep(10);
      }
      Thread.sleep((long) (500 * seconds));
      long from = Meter.results();
      long start = System.nanoTime();
      long allocated = allocated();
      Thread.sleep((long) (1000 * seconds));
      long events = Meter.results() - from;
      double passed = (System.nanoTime() - start) / 1e9;
      return new Measured(events / passed, (allocated() - allocated) / (double) events);
    } finally {
      if (!job.getJobExecutionResult().isDone()) {
        job.cancel().get();
        job.getJobExecutionResult().handle((_, _) -> true).get();
      }
    }
  }

  /// Bytes that the threads of the work have allocated.
  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("work")) {
        bytes += threads.getThreadAllocatedBytes(id);
      }
    }
    return bytes;
  }

  private static JobClient start(Work work, int cores, String backend) throws Exception {
    var environment = environment(cores, backend);
    var clicks = environment.fromSource(new DataGeneratorSource<>(i -> Click.at(i, DEVICES),
        Long.MAX_VALUE, new ClickType()), WatermarkStrategy.noWatermarks(), "clicks");
    work.apply(clicks.keyBy(Click::device, Types.LONG)).name("work").map(new Meter<>())
        .returns(Types.FLOAT).sinkTo(new DiscardingSink<>());
    return environment.executeAsync(work.title);
  }

  static LocalStreamEnvironment environment(int cores, String backend) {
    var settings = new Configuration();
    settings.set(StateBackendOptions.STATE_BACKEND, backend);
    return StreamExecutionEnvironment.createLocalEnvironment(cores, settings);
  }
}
