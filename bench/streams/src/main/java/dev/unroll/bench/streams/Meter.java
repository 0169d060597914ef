package dev.unroll.bench.streams;

import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.api.common.functions.MapFunction;

/// Counts results; all tasks of this JVM count together.
final class Meter<R> implements MapFunction<R, R> {
  private static final long serialVersionUID = 1;
  private static final int STEP = 64;
  private static final LongAdder RESULTS = new LongAdder();

  private int waiting;

  /// The number of results so far.
  static long results() {
    return RESULTS.sum();
  }

  @Override
  public R map(R result) {
    if (++waiting == STEP) {
      RESULTS.add(STEP);
      waiting = 0;
    }
    return result;
  }
}
