package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.SequenceErrors;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Cmudict;
import dev.unroll.layer.Merge;
import dev.unroll.layer.attention.Attention;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Search;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.util.List;

/// Encoder – decoder with attention and beam search: how is an English word pronounced? Letters go in,
/// phones come out, and neither says how long the other is.
final class Pronunciation {
  static void main() throws IOException {
    run(110_000, 128, 3);
  }

  /// Trains, and shows what was learned.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(int examples, int hidden, int epochs) throws IOException {
    var words = Cmudict.load();
    var split = words.split();
    var train = split.train().subList(0, Math.min(examples, split.train().size()));
    var validation = split.validation().subList(0, Math.min(examples, 2_000));

    // The encoder reads a word in both directions. Before it writes a phone, the decoder looks where
    // in the word it is: additive attention (Bahdanau 2015).
    var model = EncoderDecoder.of(
        Inputs.symbols(words.letters().size(), 32),
        RecurrentStack.of(Gru.cell(), hidden).bidirectional(Merge.CONCATENATE).dropout(0.1),
        Feeding.EVERY_STEP,
        RecurrentStack.of(Gru.cell(), hidden).dropout(0.1),
        Outputs.symbols(words.phones().size()),
        1).attention(Attention.Rule.ADDITIVE).initialized();

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
    var batches = Batches.byLength(examples, 64);
    var decoding = model.decoding(engine, batches.longestInput(), 64, 4);
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      var written = decoding.decode(batch, Search.beam(4, 0.6), 30, 1);
      for (int b = 0; b < batch.samples(); b++) {
        var word = words.validation().get(batch.number(b));
        errors.add(written.get(b).symbols(), words.references(word));
      }
    }
    return errors;
  }

  /// The three best pronunciations of a word that is in no dictionary, with their probabilities.
  private static void say(Cmudict words, EncoderDecoder model, Engine engine, String word) {
    var letters = new Symbols(words.letters().encode(word));
    var decoding = model.decoding(engine, letters.length(), 1, 3);
    var ask = Batch.of(List.of(new Example(letters, Symbols.of(0))));
    for (var one : decoding.hypotheses(ask, new Search.Beam(3, 0.6), 30).getFirst()) {
      IO.println("%s: %s (%.0f %%)".formatted(word,
          String.join(" ", words.phones().decode(one.symbols())),
          100 * Math.exp(one.logProbability())));
    }
  }
}
