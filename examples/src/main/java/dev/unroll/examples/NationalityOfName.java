package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Names;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Evaluation;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// Sequence → vector: where does a name come from? A network reads the letters of a surname and
/// predicts one of 18 nationalities.
final class NationalityOfName {
  static void main() throws IOException {
    run(20_000, 128, 10);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(int examples, int hidden, int epochs) throws IOException {
    // An example is an input and a target: here the numbers of the letters, and one class. Names
    // that occur twice could be in two parts of the split, so each is used once.
    var names = Names.all().distinct();
    var split = Split.random(names.nationalityOfName(), 0.1, 0.1, 1);
    var train = split.train().subList(0, Math.min(examples, split.train().size()));

    // Each letter becomes a vector of 32 numbers. One GRU reads them forwards, another backwards.
    // Of each of their outputs the maximum over all letters is taken; a softmax over 18 classes
    // follows.
    var model = SequenceToVector.of(
        Inputs.symbols(names.letters().size(), 32),
        RecurrentStack.of(Gru.cell(), hidden).bidirectional(Merge.CONCATENATE).dropout(0.3),
        Pooling.MAX,
        Outputs.classes(names.nationalities().size()),
        1);

    // Batches have names of similar length and pad them; padding changes nothing.
    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs)).engine(engine)
          .session(Batches.of(train, 64, 1), Batches.byLength(split.validation(), 64));
      trainer.fit(curve);
      trainer.useBest();

      var score = Evaluation.score(model, Batches.byLength(split.test(), 64), engine);
      IO.println("right on new names: %.1f %%".formatted(100 * score.accuracy()));
      for (var name : List.of("Nakamura", "O'Brien", "Procházka", "Bianchi")) {
        IO.println("%s: %s".formatted(name, guess(names, model, engine, name)));
      }
      return curve.losses();
    }
  }

  /// The most probable nationality of one name.
  private static String guess(Names names, SequenceToVector model, Engine engine, String name) {
    var letters = new Symbols(names.letters().encode(name));
    var run = model.run(engine, new ModelBounds(letters.length(), 1, 1, false));
    var p = run.predict(Batch.of(List.of(new Example(letters, Symbols.of(0)))));
    int best = IntStream.range(0, p.columns()).reduce(0,
        (a, b) -> p.array()[p.offset() + b] > p.array()[p.offset() + a] ? b : a);
    return "%s (%.0f %%)".formatted(
        names.nationalities().token(best), 100 * p.array()[p.offset() + best]);
  }
}
