package dev.unroll.app.studio.runs;

import dev.unroll.app.console.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads the rows of the list on threads of its own: a folder of large logs takes many seconds when
/// they are read for the first time, and the list is to be there at once. Thread-safe.
final class SummaryReader {
  /// So long all rows of a list are waited for, together.
  private static final long PATIENCE_NANOS = 300_000_000;

  /// So many logs are read at once.
  private static final int AT_ONCE = 2;

  private final Map<Run, FutureTask<SequencedMap<String, Object>>> reading =
      new ConcurrentHashMap<>();
  private final ExecutorService threads = threads();

  /// Not the virtual ones of the server, which two long logs would occupy; they end when they idle.
  private static ExecutorService threads() {
    var threads = new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 5, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("unroll-studio-log-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /// The rows of runs as they are now, or as they were known last where that takes longer.
  ///
  /// @throws IOException if a folder cannot be read
  List<SequencedMap<String, Object>> read(List<Run> runs) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    reading.keySet().retainAll(runs);
    runs.forEach(run -> reading.computeIfAbsent(run, this::begun));
    var rows = new ArrayList<SequencedMap<String, Object>>();
    for (var run : runs) {
      rows.add(row(run, end));
    }
    return rows;
  }

  private FutureTask<SequencedMap<String, Object>> begun(Run run) {
    var task = new FutureTask<>(run::summary);
    threads.execute(task);
    return task;
  }

  private SequencedMap<String, Object> row(Run run, long end) throws IOException {
    var task = reading.get(run);
    if (task == null) {
      return run.meanwhile();
    }
    try {
      var row = task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      reading.remove(run, task);
      return row;
    } catch (TimeoutException _) {
      return run.meanwhile();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return run.meanwhile();
    } catch (ExecutionException e) {
      reading.remove(run, task);
      if (e.getCause() instanceof IOException failure) {
        return run.withoutLog("broken", Failure.sentence(failure)); // the others are listed still
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
