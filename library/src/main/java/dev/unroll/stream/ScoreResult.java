package dev.unroll.stream;

import java.io.Serializable;

/// Makes the result of an event of its score.
///
/// @param <E> the type of the events
/// @param <R> the type of the results
@FunctionalInterface
public interface ScoreResult<E, R> extends Serializable {
  /// The result of an event.
  ///
  /// @param score valid during the call
  R of(E event, EventScore score);
}
