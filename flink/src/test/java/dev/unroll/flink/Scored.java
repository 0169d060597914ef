package dev.unroll.flink;

import dev.unroll.stream.ScoreResult;

/// A score of a reading.
public record Scored(String device, long id, float first, float second, String model) {
  static final ScoreResult<Reading, Scored> RESULT = (reading, score) -> new Scored(
      reading.device(), reading.id(), score.value(0), score.value(1), score.version());
}
