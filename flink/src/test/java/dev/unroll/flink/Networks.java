package dev.unroll.flink;

import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Small models, and what they answer without any engine.
final class Networks {
  private Networks() {}

  /// An LSTM of so many units that reads three numbers and answers two.
  static StreamModel lstm(int hidden, long seed) {
    return StreamModel.of(SequenceToSequence.of(Inputs.features(3),
        RecurrentStack.of(Lstm.cell(), hidden),
        Outputs.numbers(2), seed));
  }

  /// The scores of readings one after another, in one thread.
  static List<Scored> scores(StreamModel model, Features<Reading> features,
      List<Reading> readings) {
    var states = new HashMap<String, KeyState>();
    var batch = new EventBatch<Reading>(model, features, BadEvents.SKIP, 1);
    var scores = new ArrayList<Scored>();
    for (var reading : readings) {
      var state = states.computeIfAbsent(reading.device(), _ -> model.initial());
      if (batch.add(reading, reading.time(), state) == null) {
        batch.score();
        scores.add(Scored.RESULT.of(reading, batch.score(0)));
      }
      batch.clear();
    }
    return scores;
  }
}
