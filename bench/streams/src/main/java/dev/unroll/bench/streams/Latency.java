package dev.unroll.bench.streams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/// How long an event is on its way, at a rate that leaves time: the engine alone, and with batched
/// scoring that waits 5 ms at most, in turns.
final class Latency {
  private static final int DEVICES = 50_000;
  private static final int ROUNDS = 3;

  private Latency() {}

  /// Measures.
  ///
  /// @param words events a second, and the seconds of a turn
  public static void main(String... words) throws Exception {
    double rate = Double.parseDouble(words[0]);
    double seconds = Double.parseDouble(words[1]);
    var p50 = new ArrayList<List<Double>>(List.of(new ArrayList<>(), new ArrayList<>()));
    var p99 = new ArrayList<List<Double>>(List.of(new ArrayList<>(), new ArrayList<>()));
    var works = List.of(Work.IDENTITY, Work.BATCHED);
    for (int round = 0; round <= ROUNDS; round++) {
      for (int w = 0; w < works.size(); w++) {
        var times = measure(works.get(w), rate, seconds);
        if (round > 0) {
          p50.get(w).add(times[times.length / 2] / 1e6);
          p99.get(w).add(times[(int) (times.length * 0.99)] / 1e6);
        }
      }
    }
    for (int w = 0; w < works.size(); w++) {
      System.out.printf(Locale.ROOT, "%-24s %8.0f events/s, p50 %6.2f ms, p99 %6.2f ms%n",
          works.get(w).title, rate, median(p50.get(w)), median(p99.get(w)));
    }
    System.exit(0);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static long[] measure(Work work, double rate, double seconds) throws Exception {
    var environment = Throughput.environment(1, "hashmap");
    environment.setBufferTimeout(1);
    long events = (long) (rate * seconds);
    Times.begin((int) events);
    var clicks = environment.fromSource(new DataGeneratorSource<>(i -> Click.at(i, DEVICES), events,
        RateLimiterStrategy.perSecond(rate), new ClickType()), WatermarkStrategy.noWatermarks(),
        "clicks");
    work.born(clicks.keyBy(Click::device, Types.LONG)).map(new Times()).returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    environment.execute(work.title);
    return Times.sorted();
  }

  /// The times on the way, of one task.
  private static final class Times implements MapFunction<Long, Long> {
    private static final long serialVersionUID = 1;
    private static volatile long[] all = {};
    private static volatile int count;

    private int n;

    static void begin(int events) {
      all = new long[events];
    }

    /// Those of the second half, when the job is warm.
    static long[] sorted() {
      var times = Arrays.copyOfRange(all, count / 2, count);
      Arrays.sort(times);
      return times;
    }

    @Override
    public Long map(Long born) {
      all[n] = System.nanoTime() - born;
      count = ++n;
      return born;
    }
  }
}
