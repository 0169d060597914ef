package dev.unroll.flink.operator;

import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/// Flushes a buffer when its first event has waited long enough, by the clock of the machine.
///
/// At most one timer is pending: if other events wait when it fires, it is set again. If the clock
/// was set back, they have waited long enough.
final class FlushTimer {
  private final ProcessingTimeService clock;
  private final long maxWait;
  private final Flush flush;
  private long began;
  private boolean isWaiting;
  private boolean isSet;

  /// Flushes the buffer.
  @FunctionalInterface
  interface Flush {
    void run() throws Exception;
  }

  /// @param maxWait in milliseconds
  FlushTimer(ProcessingTimeService clock, long maxWait, Flush flush) {
    this.clock = clock;
    this.maxWait = maxWait;
    this.flush = flush;
  }

  /// The buffer has its first event.
  void begin() {
    began = clock.getCurrentProcessingTime();
    isWaiting = true;
    set(maxWait);
  }

  /// The buffer was flushed.
  ///
  /// @return the milliseconds that its first event has waited
  long end() {
    isWaiting = false;
    return clock.getCurrentProcessingTime() - began;
  }

  private void set(long milliseconds) {
    if (!isSet) {
      isSet = true;
      var _ = clock.registerTimer(clock.getCurrentProcessingTime() + milliseconds, this::fire);
    }
  }

  private void fire(long time) throws Exception {
    isSet = false;
    if (!isWaiting) {
      return;
    }
    long waited = clock.getCurrentProcessingTime() - began;
    if (waited < 0 || waited >= maxWait) {
      flush.run();
    } else {
      set(maxWait - waited);
    }
  }
}
