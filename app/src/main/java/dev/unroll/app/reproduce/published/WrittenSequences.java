package dev.unroll.app.reproduce.published;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Search;
import dev.unroll.score.SequenceErrors;
import java.util.List;
import java.util.function.IntFunction;

/// Counts errors in the sequences that a model generates.
final class WrittenSequences {
  private static final int BATCH = 100;

  private WrittenSequences() {}

  /// Generates a sequence for each example.
  ///
  /// @param width of the beam; 1 is greedy
  /// @param longest the largest number of symbols of a sequence
  /// @param references the right answers for example i
  static SequenceErrors errors(EncoderDecoder model, Engine engine, List<Example> examples,
      int width, int longest, IntFunction<List<int[]>> references) {
    var errors = new SequenceErrors();
    var batches = Batches.byLength(examples, BATCH);
    var decoding = model.decoding(engine, batches.longestInput(), BATCH, width);
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      var written = decoding.decode(batch, new Search.Beam(width, 0.6), longest, 1);
      for (int b = 0; b < batch.samples(); b++) {
        errors.add(written.get(b).symbols(), references.apply(batch.number(b)));
      }
    }
    return errors;
  }
}
