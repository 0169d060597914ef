package dev.unroll.flink.operator;

import dev.unroll.stream.ModelSource;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/// Makes the operator on a task manager. Its inputs are the events and, if asked for, models.
public final class ScoringFactory<E, R> extends AbstractStreamOperatorFactory<R>
    implements OneInputStreamOperatorFactory<E, R>,
    TwoInputStreamOperatorFactory<E, ModelSource, R> {
  private static final long serialVersionUID = 1;

  private final ScoringOptions<E, R> options;
  private final TypeInformation<E> events;
  private final boolean hasModels;

  /// @param events the type of the events
  /// @param hasModels whether models come by a second input
  public ScoringFactory(ScoringOptions<E, R> options, TypeInformation<E> events,
      boolean hasModels) {
    this.options = options;
    this.events = events;
    this.hasModels = hasModels;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature
  public <T extends StreamOperator<R>> T createStreamOperator(
      StreamOperatorParameters<R> parameters) {
    return (T) (hasModels ? new TwoInputScoring<Object, E, R>(parameters, options, events)
        : new OneInputScoring<Object, E, R>(parameters, options, events));
  }

  @Override
  @SuppressWarnings("rawtypes") // Flink's signature
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
    return hasModels ? TwoInputScoring.class : OneInputScoring.class;
  }
}
