package dev.unroll.flink;

import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import java.io.Serializable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/// A stream whose n-th reading is always the same, so that a job that was killed reads it again.
///
/// @param events the number of readings
/// @param devices the number of devices
record Replay(long events, int devices) implements Serializable {
  /// The reading at a place.
  Reading at(long i) {
    long bits = mixed(i);
    return new Reading("device" + Long.remainderUnsigned(bits, devices), 1000 + i, i,
        feature(bits, 0), feature(bits, 1), feature(bits, 2));
  }

  private static float feature(long bits, int i) {
    return (mixed(bits + i) >> 40) / (float) (1 << 23);
  }

  private static long mixed(long i) {
    long z = (i + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /// The stream in its order, so many readings a second.
  DataStream<Reading> stream(StreamExecutionEnvironment environment, double perSecond) {
    return environment
        .fromSource(
            new DataGeneratorSource<>(this::at, events, RateLimiterStrategy.perSecond(perSecond),
                TypeInformation.of(Reading.class)),
            WatermarkStrategy.<Reading>forMonotonousTimestamps()
                .withTimestampAssigner((reading, _) -> reading.time()),
            "readings")
        .setParallelism(1).uid("readings");
  }

  /// The first number of the score of each reading, of one thread without any engine.
  int[] scores(StreamModel model) {
    var states = new KeyState[devices];
    var batch = new EventBatch<Reading>(model, Reading.FEATURES, BadEvents.FAIL, 1);
    var bits = new int[Math.toIntExact(events)];
    for (int i = 0; i < events; i++) {
      var reading = at(i);
      int device = Integer.parseInt(reading.device().substring("device".length()));
      if (states[device] == null) {
        states[device] = model.initial();
      }
      if (batch.add(reading, reading.time(), states[device]) != null) {
        throw new IllegalStateException("a reading cannot be scored");
      }
      batch.score();
      bits[i] = Float.floatToRawIntBits(batch.score(0).value(0));
      batch.clear();
    }
    return bits;
  }
}
