package dev.unroll.server;

import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.repository.FolderWatch;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.sequence.SequenceTable;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What is done now and then: model files are looked at, idle sequences dropped, connections of
/// slow clients closed.
final class Background implements AutoCloseable {
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2,
      Thread.ofPlatform().daemon().name("unroll-background-", 1).factory());
  private final FolderWatch watch;
  private final Consumer<String> log;

  Background(FolderWatch watch, ModelRepository repository, Deadlines deadlines,
      ServerOptions options) {
    this.watch = watch;
    log = options.log();
    every(options.poll(), this::look);
    every(options.sequenceIdle().dividedBy(4),
        () -> repository.tables().forEach(SequenceTable::expire));
    every(options.limits().patience().dividedBy(4), deadlines::closeLate);
  }

  private void every(Duration time, Runnable work) {
    if (time.isZero()) {
      return;
    }
    long nanos = Math.clamp(time.toNanos(), TimeUnit.MILLISECONDS.toNanos(10),
        TimeUnit.SECONDS.toNanos(30));
    // What fails is told, and done again the next time.
    var _ = threads.scheduleWithFixedDelay(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) { // an error would end it for good
        log.accept("the server goes on, but what it does now and then failed: " + e);
      }
    }, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /// Looks at the model files.
  void look() {
    synchronized (watch) {
      watch.look();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
