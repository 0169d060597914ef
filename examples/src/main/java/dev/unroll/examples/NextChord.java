package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.datasets.PianoRolls;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Evaluation;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Sequence → sequence, in one direction: which keys sound next in a chorale by Bach? At each step
/// the network has read the steps before, and predicts the probability of each of the 88 keys of a
/// piano.
final class NextChord {
  private static final int LOWEST = 21; // the MIDI note of the first key
  private static final List<String> NAMES =
      List.of("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B");

  static void main() throws IOException {
    run(229, 150, 60);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(int examples, int hidden, int epochs) throws IOException {
    // The input is a piece without its last step, the target the same without its first.
    var split = PianoRolls.jsbChorales().nextStep();
    var train = split.train().subList(0, Math.min(examples, split.train().size()));

    // Keys are independent bits, so the loss is a binary cross-entropy: its sum over
    // the keys of a step, which is the figure that papers report.
    var model = SequenceToSequence.of(
        Inputs.features(PianoRolls.KEYS),
        RecurrentStack.of(Gru.cell(), hidden).inputDropout(0.2).dropout(0.5),
        Outputs.bits(PianoRolls.KEYS),
        1);

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs).learningRate(0.004)).engine(engine)
          .session(Batches.of(train, 8, 1), Batches.byLength(split.validation(), 8));
      trainer.fit(curve);
      trainer.useBest();
      var score = Evaluation.score(model, Batches.byLength(split.test(), 8), engine);
      IO.println("negative log-likelihood of a step of new pieces: %.2f".formatted(score.mean()));
      IO.println("after the first piece to test it expects "
          + expected(model, engine, split.test().getFirst()));
      return curve.losses();
    }
  }

  /// The keys that are more probable than not at the last step of a piece, `[T, 1, 88]`.
  private static String expected(SequenceToSequence model, Engine engine, Example piece) {
    int time = piece.input().length();
    var run = model.run(engine, new ModelBounds(time, time, 1, false));
    var p = run.predict(Batch.of(List.of(piece)));
    int last = p.offset() + (time - 1) * p.columns();
    return IntStream.range(0, PianoRolls.KEYS)
        .filter(key -> p.array()[last + key] > 0.5)
        .mapToObj(key -> NAMES.get((LOWEST + key) % 12) + ((LOWEST + key) / 12 - 1))
        .collect(Collectors.joining(" "));
  }
}
