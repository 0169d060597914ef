package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.unroll.flink.operator.OneInputScoring;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.stream.ModelSource;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

/// An event of a known key allocates nothing on the heap back end, from its arrival to its result.
class ScoringAllocationTest {
  private static final int EVENTS = 4096;

  /// Vectors are objects until the compiler has seen them often enough.
  private static final int ROUNDS = 1000;

  /// Less than an object in a batch.
  private static final double ENOUGH = 0.1;

  private static final Scored ALWAYS = new Scored("", 0, 0, 0, "");

  @Test
  void nothingIsAllocatedByAnEvent() throws Exception {
    var readings = Reading.some(EVENTS, 300, 1);
    var records = readings.stream().map(it -> new StreamRecord<>(it, it.time())).toList();
    ScoringOptions<Reading, Scored> options = ScoringOptions.of(
        ModelSource.of(Networks.lstm(3, 1)), Reading.FEATURES, (_, _) -> ALWAYS);
    try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(
        new Discarding(options.withBatch(64)), Reading::device, Types.STRING)) {
      harness.setup();
      harness.open();
      var operator = harness.getOneInputOperator();
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least >= ENOUGH * EVENTS; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        pass(records, operator);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least / (double) EVENTS).as("bytes an event").isLessThan(ENOUGH);
    }
  }

  private static void pass(List<StreamRecord<Reading>> records,
      org.apache.flink.streaming.api.operators.OneInputStreamOperator<Reading, Scored> operator)
      throws Exception {
    for (int i = 0; i < records.size(); i++) {
      operator.setKeyContextElement(records.get(i));
      operator.processElement(records.get(i));
    }
  }

  /// Makes the operator with an output of nothing; the harness's own keeps copies.
  private static final class Discarding extends AbstractStreamOperatorFactory<Scored>
      implements OneInputStreamOperatorFactory<Reading, Scored> {
    private static final long serialVersionUID = 1;

    private final ScoringOptions<Reading, Scored> options;

    Discarding(ScoringOptions<Reading, Scored> options) {
      this.options = options;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature
    public <T extends StreamOperator<Scored>> T createStreamOperator(
        StreamOperatorParameters<Scored> given) {
      return (T) new OneInputScoring<String, Reading, Scored>(
          new StreamOperatorParameters<>(given.getContainingTask(), given.getStreamConfig(),
              new Nowhere(), given::getProcessingTimeService, given.getOperatorEventDispatcher(),
              given.getMailboxExecutor()),
          options, Harness.READINGS);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return OneInputScoring.class;
    }
  }

  private static final class Nowhere implements Output<StreamRecord<Scored>> {
    @Override
    public void emitWatermark(Watermark mark) {}

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {}

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void emitWatermark(WatermarkEvent mark) {}

    @Override
    public void collect(StreamRecord<Scored> record) {}

    @Override
    public void close() {}
  }
}
