package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.datasets.Cmudict;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Cmudict]: letters become phones, with the usual split of release 0.7b. The encoder is a GRU of
/// 192 in each direction, the decoder one of 384, with a beam of 5. The rows differ in how the
/// decoder reads the word: by one vector at its first step, by the same vector at every step, or by
/// attention. A word
/// is right if any of its pronunciations was written. Labels are smoothed, as the networks overfit.
final class Pronouncing implements Experiment {
  private static final int BEAM = 5;
  private static final int LONGEST = 30;

  @Override
  public String name() {
    return "cmudict";
  }

  @Override
  public String title() {
    return "CMUdict, letters to phones";
  }

  @Override
  public String source() {
    return "Yao and Zweig 2015, arXiv 1506.00196";
  }

  @Override
  public String measure() {
    return "word error rate on the words to test, lower is better";
  }

  @Override
  public String takes() {
    return "an hour a row; the data ship";
  }

  @Override
  public List<Row> rows(Options options) {
    return List.of(
        new Row("vector at the first step", "29.2 % (Yao 2015)",
            bench -> run(bench, Feeding.FIRST_STEP, null)),
        new Row("vector at every step", "29.2 % (Yao 2015)",
            bench -> run(bench, Feeding.EVERY_STEP, null)),
        new Row("additive attention", "27 % (the goal)",
            bench -> run(bench, Feeding.EVERY_STEP, Attention.ADDITIVE)));
  }

  private static Outcome run(Bench bench, Feeding feeding, @Nullable Attention rule)
      throws IOException {
    var options = bench.options();
    var words = Cmudict.load();
    var split = words.split();
    var train = split.train().subList(0, options.of(split.train().size(), 64));
    var validation = split.validation().subList(0, options.of(split.validation().size(), 20));
    var test = split.test().subList(0, options.of(split.test().size(), 20));
    var parts = EncoderDecoder
        .of(Inputs.symbols(words.letters().size(), 64),
            RecurrentStack.of(Gru.cell(), options.of(192, 4)).bidirectional(Merge.CONCATENATE)
                .dropout(0.1),
            RecurrentStack.of(Gru.cell(), options.of(384, 8)).dropout(0.1),
            Outputs.symbols(words.phones().size()).smoothing(0.1))
        .feeding(feeding).seed(bench.seed());
    var model = (rule == null ? parts : parts.attention(rule)).initialized();
    int epochs = options.of(10, 1);
    var recipe = Recipe.of(epochs).learningRate(0.001).patience(epochs);
    bench.train(model, Batches.of(train, 64, bench.seed()), Batches.byLength(validation, 100),
        recipe);
    var errors = WrittenSequences.errors(model, bench.engine(), test, BEAM, LONGEST,
        i -> words.references(words.test().get(i)));
    bench.say("phone error rate %.2f %%".formatted(100 * errors.symbolErrorRate()));
    return Outcome.percent(errors.sequenceErrorRate(), 2, model.parameters().size());
  }
}
