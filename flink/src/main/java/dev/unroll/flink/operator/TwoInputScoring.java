package dev.unroll.flink.operator;

import dev.unroll.stream.ModelSource;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/// Scores events with models that come by a second stream. The watermarks of that stream are
/// ignored, so that time goes on while no model comes.
public final class TwoInputScoring<K, E, R> extends ScoringOperator<K, E, R>
    implements TwoInputStreamOperator<E, ModelSource, R>, BoundedMultiInput {
  private static final long serialVersionUID = 1;

  /// @param events the type of the events
  public TwoInputScoring(StreamOperatorParameters<R> parameters, ScoringOptions<E, R> options,
      TypeInformation<E> events) {
    super(parameters, options, events);
  }

  @Override
  public void processElement1(StreamRecord<E> event) throws Exception {
    accept(event);
  }

  @Override
  public void processElement2(StreamRecord<ModelSource> source) throws Exception {
    update(source.getValue()::load);
  }

  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    processWatermark(mark);
  }

  @Override
  public void processWatermark2(Watermark mark) {}

  @Override
  public void processWatermarkStatus(WatermarkStatus status, int input) throws Exception {
    if (input == 0) {
      processWatermarkStatus(status);
    }
  }

  @Override
  public void endInput(int input) throws Exception {
    flush();
  }
}
