package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Cmudict;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Search;
import dev.unroll.score.SequenceErrors;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.List;

/// Encoder – decoder with attention and beam search: how is an English word pronounced? Letters go
/// in, phones come out, and neither determines the length of the other.
final class Pronunciation {
  static void main() throws IOException {
    run(110_000, 128, 3);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(int examples, int hidden, int epochs) throws IOException {
    var words = Cmudict.load();
    var split = words.split();
    var train = split.train().subList(0, Math.min(examples, split.train().size()));
    var validation = split.validation().subList(0, Math.min(examples, 2_000));

    // The encoder reads a word in both directions. Before it writes a phone, the decoder attends to
    // its place in the word: additive attention (Bahdanau 2015).
    var model = EncoderDecoder.of(Inputs.symbols(words.letters().size(), 32),
        RecurrentStack.of(Gru.cell(), hidden).bidirectional(Merge.CONCATENATE).dropout(0.1),
        RecurrentStack.of(Gru.cell(), hidden).dropout(0.1), Outputs.symbols(words.phones().size()))
        .seed(1).attention(Attention.ADDITIVE).initialized();

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs).learningRate(0.003)).engine(engine)
          .session(Batches.of(train, 64, 1), Batches.byLength(validation, 64));
      trainer.fit(curve);
      trainer.useBest();
      IO.println("words wrong: %.1f %%".formatted(
          100 * errors(words, model, engine, validation).sequenceErrorRate()));
      for (var word : List.of("UNROLL", "BACKPROPAGATION", "VANISHING")) {
        say(words, model, engine, word);
      }
      return curve.losses();
    }
  }

  /// Writes each word by a beam search of width 4. A word counts as right if it is any of its
  /// pronunciations.
  private static SequenceErrors errors(
      Cmudict words, EncoderDecoder model, Engine engine, List<Example> examples) {
    var errors = new SequenceErrors();
    var predictor = model.predictor(engine).search(Search.beam(4, 0.6)).longest(30);
    var written = predictor.decode(examples.stream().map(Example::input).toList());
    for (int i = 0; i < written.size(); i++) {
      errors.add(written.get(i).symbols(), words.references(words.validation().get(i)));
    }
    return errors;
  }

  /// The three best pronunciations of a word that is in no dictionary, with their probabilities.
  private static void say(Cmudict words, EncoderDecoder model, Engine engine, String word) {
    var letters = new Symbols(words.letters().encode(word));
    var predictor = model.predictor(engine).longest(30);
    for (var one : predictor.hypotheses(letters, new Search.Beam(3, 0.6))) {
      IO.println("%s: %s (%.0f %%)".formatted(word,
          String.join(" ", words.phones().decode(one.symbols())),
          100 * Math.exp(one.logProbability())));
    }
  }
}
