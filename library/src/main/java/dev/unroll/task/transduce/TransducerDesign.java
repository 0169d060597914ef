package dev.unroll.task.transduce;

import dev.unroll.cell.Gru;
import dev.unroll.data.Tokens;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.task.Effort;
import dev.unroll.task.transduce.Segmentation.Unit;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The architecture and the recipe of a transducer, chosen by its symbols and the amount of its
/// data; the rules and the measurements behind them are in `docs/defaults.md`.
///
/// @param size of the vectors of symbols
/// @param hidden units of the encoder, in each direction; the decoder has twice as many
/// @param dropout after the layers
/// @param batch B
/// @param recipe how it learns
record TransducerDesign(int size, int hidden, double dropout, int batch, Recipe recipe) {
  private static final double SMOOTHING = 0.1;
  private static final double RATE = 0.001;

  /// The number of pairs that a model sees in total, over all epochs.
  private static final double SEEN = 1_750_000;

  /// Each subword costs more: the decoder chooses among thousands.
  private static final double SUBWORDS_SEEN = 1_000_000;
  private static final int FEWEST_EPOCHS = 5;
  private static final int MOST_EPOCHS = 60;

  /// With fewer pairs a model of full size learns them by heart.
  private static final int MANY = 20_000;
  private static final int SOME = 5_000;

  static TransducerDesign of(int pairs, Unit target, TransducerOptions options) {
    boolean subwords = target == Unit.SUBWORDS;
    int hidden = pairs >= MANY ? 192 : pairs >= SOME ? 128 : 96;
    double dropout = pairs >= MANY ? subwords ? 0.2 : 0.1 : pairs >= SOME ? 0.2 : 0.3;
    return new TransducerDesign(subwords ? 128 : 64,
        options.effort() == Effort.THOROUGH ? 2 * hidden : hidden, dropout, batch(pairs),
        recipe(pairs, subwords ? SUBWORDS_SEEN : SEEN, options)).begun(options)
        .with(options.settings());
  }

  /// With the sizes of the transducer that the training begins with.
  private TransducerDesign begun(TransducerOptions options) {
    var from = options.from();
    if (from == null) {
      return this;
    }
    var parts = from.model().architecture();
    options.settings().requireSizes(
        Map.of("hidden", parts.encoder().hidden(), "embedding", parts.inputs().size()));
    return new TransducerDesign(parts.inputs().size(), parts.encoder().hidden(),
        parts.encoder().dropout(), batch, recipe);
  }

  /// What [Settings] can replace, with the values of this design.
  SequencedMap<String, Double> defaults() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", recipe.learningRate());
    defaults.put("hidden", (double) hidden);
    defaults.put("dropout", dropout);
    defaults.put("batch", (double) batch);
    defaults.put("embedding", (double) size);
    return defaults;
  }

  private TransducerDesign with(Settings settings) {
    settings.requireAmong(defaults());
    return new TransducerDesign(settings.whole("embedding", size),
        settings.whole("hidden", hidden), settings.number("dropout", dropout),
        settings.whole("batch", batch),
        recipe.learningRate(settings.number("rate", recipe.learningRate())));
  }

  /// Small batches for few pairs, so that an epoch has enough steps.
  private static int batch(int pairs) {
    return pairs < 2_000 ? 16 : pairs < 10_000 ? 32 : 64;
  }

  private static Recipe recipe(int pairs, double seen, TransducerOptions options) {
    double usual = Math.clamp(seen / pairs, FEWEST_EPOCHS, MOST_EPOCHS);
    int epochs = options.epochs() > 0 ? options.epochs()
        : (int) Math.round(Math.max(1, switch (options.effort()) {
          case QUICK -> usual / 3;
          case NORMAL -> usual;
          case THOROUGH -> 2 * usual;
        }));
    return Recipe.of(epochs).learningRate(RATE).patience(Math.max(5, epochs / 2));
  }

  EncoderDecoder.Parts parts(Tokens source, Tokens target, long seed) {
    return EncoderDecoder.of(Inputs.tokens(source).size(size),
        RecurrentStack.of(Gru.cell(), hidden).bidirectional(Merge.CONCATENATE).dropout(dropout),
        RecurrentStack.of(Gru.cell(), 2 * hidden).dropout(dropout),
        Outputs.symbols(target.size()).named(target).smoothing(SMOOTHING))
        .attention(Attention.ADDITIVE).seed(seed);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "GRU of %d units in two directions, additive attention, GRU of %d that writes; dropout %s, "
            + "batches of %d, rate %s",
        hidden, 2 * hidden, dropout, batch, recipe.learningRate());
  }
}
