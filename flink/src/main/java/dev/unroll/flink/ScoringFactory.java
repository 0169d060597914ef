package dev.unroll.flink;

import dev.unroll.stream.ModelSource;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/// Makes the operator on a task manager.
abstract class ScoringFactory<E, R> extends AbstractStreamOperatorFactory<R> {
  private static final long serialVersionUID = 1;

  final ScoringOptions<E, R> options;
  final TypeInformation<E> events;

  private ScoringFactory(ScoringOptions<E, R> options, TypeInformation<E> events) {
    this.options = options;
    this.events = events;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature
  public final <T extends StreamOperator<R>> T createStreamOperator(
      StreamOperatorParameters<R> parameters) {
    return (T) operator(parameters);
  }

  abstract StreamOperator<R> operator(StreamOperatorParameters<R> parameters);

  /// The operator of a job whose model does not come by a stream.
  static final class OneInput<E, R> extends ScoringFactory<E, R>
      implements OneInputStreamOperatorFactory<E, R> {
    private static final long serialVersionUID = 1;

    OneInput(ScoringOptions<E, R> options, TypeInformation<E> events) {
      super(options, events);
    }

    @Override
    StreamOperator<R> operator(StreamOperatorParameters<R> parameters) {
      return new OneInputScoring<Object, E, R>(parameters, options, events);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return OneInputScoring.class;
    }
  }

  /// The operator of a job with a stream of models.
  static final class TwoInputs<E, R> extends ScoringFactory<E, R>
      implements TwoInputStreamOperatorFactory<E, ModelSource, R> {
    private static final long serialVersionUID = 1;

    TwoInputs(ScoringOptions<E, R> options, TypeInformation<E> events) {
      super(options, events);
    }

    @Override
    StreamOperator<R> operator(StreamOperatorParameters<R> parameters) {
      return new TwoInputScoring<Object, E, R>(parameters, options, events);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return TwoInputScoring.class;
    }
  }
}
