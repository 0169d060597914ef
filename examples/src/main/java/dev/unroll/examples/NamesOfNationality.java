package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Names;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Sampling;
import dev.unroll.model.Search;
import dev.unroll.model.VectorToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// Vector → sequence: new names of a nationality, letter by letter. The vector of the nationality
/// is read at the first step only, where it also starts the states, or again at every step.
final class NamesOfNationality {
  static void main() throws IOException {
    for (var feeding : Feeding.values()) {
      run(feeding, 20_000, 256, 12);
    }
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(Feeding feeding, int examples, int hidden, int epochs)
      throws IOException {
    // The input is one symbol, the nationality; the target is the name. The model appends the end
    // of a sequence itself, so the targets are only the letters.
    var names = Names.all().distinct();
    var pairs = names.nationalityOfName().stream()
        .map(example -> new Example(example.target(), example.input()))
        .toList();
    var split = Split.random(pairs, 0.1, 0, 1);
    var train = split.train().subList(0, Math.min(examples, split.train().size()));

    // `feedback`: the letter that was written is fed back as a vector of 32 numbers at the next
    // step.
    var model = VectorToSequence.of(
        Inputs.symbols(names.nationalities().size(), 32),
        feeding,
        RecurrentStack.of(Lstm.cell(), hidden).dropout(0.3),
        Outputs.symbols(names.letters().size()),
        1).feedback(32).initialized();

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs)).engine(engine)
          .session(Batches.of(train, 64, 1), Batches.byLength(split.validation(), 64));
      trainer.fit(curve);
      trainer.useBest();
      IO.println("read at %s:".formatted(feeding == Feeding.FIRST_STEP ? "the first step"
          : "every step"));
      for (var nationality : List.of("Russian", "Japanese", "Italian")) {
        IO.println("%s: %s".formatted(nationality, write(names, model, engine, nationality)));
      }
      return curve.losses();
    }
  }

  /// Five names, sampled a little more conservatively than predicted: temperature 0.7.
  private static String write(Names names, VectorToSequence model, Engine engine,
      String nationality) {
    var ask = Collections.nCopies(5, Symbols.of(names.nationalities().number(nationality)));
    var cautious = Search.sampling(new Sampling(0.7, 0, 1));
    return model.predictor(engine).search(cautious).longest(20).decode(ask).stream()
        .map(name -> names.letters().decode(name.symbols()))
        .collect(Collectors.joining(", "));
  }
}
