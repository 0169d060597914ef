package dev.unroll.flink.operator;

import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/// The metrics of an operator, in the group `unroll`.
public final class ScoringMetrics {
  /// The number of batches that a histogram is of.
  private static final int WINDOW = 1024;

  private final Histogram batchSize;
  private final Histogram latency;
  private final Counter badEvents;
  private final Counter lateEvents;
  private final Counter modelsTaken;
  private final Counter modelsRefused;

  /// @param model the version of the model in use
  public ScoringMetrics(MetricGroup group, Supplier<String> model) {
    var ours = group.addGroup("unroll");
    batchSize = ours.histogram("batchSize", new DescriptiveStatisticsHistogram(WINDOW));
    latency = ours.histogram("latencyMs", new DescriptiveStatisticsHistogram(WINDOW));
    badEvents = ours.counter("badEvents");
    lateEvents = ours.counter("lateEvents");
    modelsTaken = ours.counter("modelsTaken");
    modelsRefused = ours.counter("modelsRefused");
    ours.gauge("model", model::get);
  }

  /// Records a batch and how long its first event has waited.
  void batch(int events, long milliseconds) {
    batchSize.update(events);
    latency.update(Math.max(0, milliseconds));
  }

  public void badEvent() {
    badEvents.inc();
  }

  void lateEvent() {
    lateEvents.inc();
  }

  void modelTaken() {
    modelsTaken.inc();
  }

  void modelRefused() {
    modelsRefused.inc();
  }
}
