package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.SentencePolarity;
import dev.unroll.expr.Cell;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.MonteCarlo;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Evaluation;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.List;

/// A custom cell, with variational dropout, and the model's uncertainty: does a sentence praise a
/// film? Dropout stays on in prediction (Monte Carlo dropout, Gal and Ghahramani 2016), and the
/// spread of many predictions shows how far one can be trusted.
final class OwnCell {
  /// A minimal gated unit (Zhou et al. 2016), as in its paper: one gate forgets and resets. It
  /// is differentiated, planned and compiled like the built-in cells.
  private static final Cell CELL = Cell.parse("minimal", """
      f  = σ(Wf x + Uf h + bf)
      n  = tanh(Wn x + Un (f * h) + bn)
      h' = (1 - f) * h + f * n
      """);

  static void main() throws IOException {
    run(10_000, 64, 8);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(int examples, int hidden, int epochs) throws IOException {
    // Words that occur once in the training part are unknown.
    var fold = SentencePolarity.load().fold(0, 1, 2);
    var train = fold.split().train().subList(0, Math.min(examples, fold.split().train().size()));

    // One mask for a whole sentence: the same words are dropped wherever they occur, and the same
    // elements of input and state at every step. Untied: each gate has masks of its own.
    var model = SequenceToVector.of(
        Inputs.symbols(fold.words().size(), 64).dropout(0.3),
        RecurrentStack.of(CELL, hidden).variational(0.4, VariationalDropout.Masks.UNTIED),
        Pooling.MEAN,
        Outputs.classes(2),
        1);

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs).learningRate(0.001)).engine(engine)
          .session(Batches.of(train, 32, 1), Batches.byLength(fold.split().validation(), 64));
      trainer.fit(curve);
      trainer.useBest();
      var test = Batches.byLength(fold.split().test(), 64);
      IO.println("right: %.1f %%".formatted(
          100 * Evaluation.score(model, test, engine).accuracy()));
      judge(fold.words(), model, engine, "a moving and wonderful film");
      judge(fold.words(), model, engine, "neither funny nor interesting");
      judge(fold.words(), model, engine, "the film begins in paris");
      return curve.losses();
    }
  }

  /// 50 predictions, each with masks of its own: they are drawn by a run that is bound for
  /// training.
  private static void judge(
      Tokens words, SequenceToVector model, Engine engine, String sentence) {
    var symbols = new Symbols(words.encode(List.of(sentence.split(" "))));
    var run = model.run(engine, new ModelBounds(symbols.length(), 1, 1, true));
    var batch = Batch.of(List.of(new Example(symbols, Symbols.of(0))));
    var praise = MonteCarlo.predict(run, batch, 50, 0);
    IO.println("\"%s\" praises: %.2f ± %.2f".formatted(
        sentence, praise.mean().array()[1], praise.spread().array()[1]));
  }
}
