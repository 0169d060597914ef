package dev.unroll.flink.operator;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/// Scores events with the model of the job, or of a file that is watched.
public final class OneInputScoring<K, E, R> extends ScoringOperator<K, E, R>
    implements OneInputStreamOperator<E, R>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  /// @param events the type of the events
  public OneInputScoring(StreamOperatorParameters<R> parameters, ScoringOptions<E, R> options,
      TypeInformation<E> events) {
    super(parameters, options, events);
  }

  @Override
  public void processElement(StreamRecord<E> event) throws Exception {
    accept(event);
  }

  @Override
  public void endInput() throws Exception {
    flush();
  }
}
