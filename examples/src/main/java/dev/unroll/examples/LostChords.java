package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.datasets.PianoRolls;
import dev.unroll.layer.Merge;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Evaluation;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Sequence → sequence, in both directions, with a mask on the target: some chords of a chorale are
/// lost, and are restored from the steps before and after them. Only they count towards the loss.
final class LostChords {
  private static final double LOST = 0.15;
  private static final int COLUMNS = PianoRolls.KEYS + 1; // and a flag: this chord is lost

  static void main() throws IOException {
    IO.println("both directions:");
    run(Merge.CONCATENATE, 229, 128, 40);
    IO.println("the past alone:");
    run(null, 229, 256, 40);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(@Nullable Merge directions, int examples, int hidden, int epochs)
      throws IOException {
    var rolls = PianoRolls.jsbChorales();
    var train = lose(rolls.train().subList(0, examples), 1);

    // An output at each step, and a bidirectional stack: each layer is a pair of LSTMs.
    var body = RecurrentStack.of(Lstm.cell(), hidden).dropout(0.4);
    var model = SequenceToSequence.of(
        Inputs.features(COLUMNS),
        directions == null ? body : body.bidirectional(directions),
        Outputs.bits(PianoRolls.KEYS),
        1);

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs).learningRate(0.004)).engine(engine)
          .session(Batches.of(train, 8, 1), Batches.byLength(lose(rolls.validation(), 2), 8));
      trainer.fit(curve);
      trainer.useBest();
      var score = Evaluation.score(model, Batches.byLength(lose(rolls.test(), 3), 8), engine);
      IO.println("negative log-likelihood of %d lost chords of new pieces: %.2f each".formatted(
          score.count(), score.mean()));
      return curve.losses();
    }
  }

  private static List<Example> lose(List<Features> pieces, long seed) {
    var random = new Random(seed);
    return pieces.stream().map(piece -> lose(piece, random)).toList();
  }

  /// The input has zeros where a chord is lost; `asked` is the target mask.
  private static Example lose(Features piece, Random random) {
    var asked = new boolean[piece.length()];
    var input = new float[asked.length * COLUMNS];
    for (int t = 0; t < asked.length; t++) {
      asked[t] = random.nextDouble() < LOST;
      if (asked[t]) {
        input[t * COLUMNS + PianoRolls.KEYS] = 1;
      } else {
        var chord = Arrays.copyOfRange(
            piece.values(), t * PianoRolls.KEYS, (t + 1) * PianoRolls.KEYS);
        System.arraycopy(chord, 0, input, t * COLUMNS, chord.length);
      }
    }
    return new Example(new Features(input, COLUMNS), piece).targetMask(asked);
  }
}
