package dev.unroll.kafka;

import dev.unroll.stream.BadEvent;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the bad events of a task as the metrics `bad-events-total` and `bad-events-rate` of the
/// group `stream-unroll-metrics`, and logs a warning for the 1st, 2nd, 4th, 8th …
final class BadEventCount {
  private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

  private final ProcessingContext context;
  private final Sensor sensor;
  private long count;

  BadEventCount(ProcessingContext context, String store) {
    this.context = context;
    sensor = context.metrics().addRateTotalSensor("unroll", store, "bad-events",
        Sensor.RecordingLevel.INFO, "task-id", context.taskId().toString());
  }

  void count(BadEvent<?> bad) {
    sensor.record();
    count++;
    if (Long.bitCount(count) == 1) {
      LOG.warn("an event of key {} {} is not scored: {} (bad events of task {}: {})", bad.key(),
          place(), bad.why(), context.taskId(), count);
    }
  }

  /// Where the record that is processed comes from: `at offset 17 of events-3`.
  String place() {
    return context.recordMetadata().map(it -> "at offset %d of %s-%d".formatted(it.offset(),
        it.topic(), it.partition())).orElse("of unknown origin");
  }

  void close() {
    context.metrics().removeSensor(sensor);
  }
}
