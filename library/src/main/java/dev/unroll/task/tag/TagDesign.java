package dev.unroll.task.tag;

import dev.unroll.cell.Lstm;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.model.RecurrentStack;
import dev.unroll.task.Effort;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The architecture and the recipe of a tagger, chosen by the amount of its data; the rules and the
/// measurements behind them are in `docs/defaults.md`.
///
/// @param size of the vectors of words
/// @param wordDrop with which the vector of a word is dropped, so that its letters must do
/// @param letterSize of the vectors of letters
/// @param letterHidden of the two directions that read the letters of a word
/// @param body the recurrent layers over words
/// @param batch B
/// @param recipe how it learns
record TagDesign(int size, double wordDrop, int letterSize, int letterHidden, RecurrentStack body,
    int batch, Recipe recipe) {
  /// The number of sentences that a model sees in total, over all epochs: more epochs for fewer
  /// sentences.
  private static final double SEEN = 125_000;
  private static final int FEWEST_EPOCHS = 8;
  private static final int MOST_EPOCHS = 60;

  private static final int SIZE = 100;
  private static final int LETTER_SIZE = 32;
  private static final int LETTER_HIDDEN = 64;
  private static final int HIDDEN = 160;
  private static final double DROPOUT = 0.4;
  private static final double WORD_DROP = 0.1;
  private static final double RATE = 0.003;

  static TagDesign of(int sentences, TaggerOptions options) {
    int hidden = options.effort() == Effort.THOROUGH ? 2 * HIDDEN : HIDDEN;
    var body = RecurrentStack.of(Lstm.cell(), hidden).bidirectional(Merge.CONCATENATE)
        .inputDropout(DROPOUT).dropout(DROPOUT);
    return new TagDesign(SIZE, WORD_DROP, LETTER_SIZE, LETTER_HIDDEN, body, batch(sentences),
        recipe(sentences, options)).begun(options).with(options.settings());
  }

  /// With the layers of the tagger that the training begins with.
  private TagDesign begun(TaggerOptions options) {
    var from = options.from();
    var letters = from == null ? null : from.model().architecture().inputs().letters();
    if (from == null || letters == null) {
      return this;
    }
    var parts = from.model().architecture();
    options.settings().requireSizes(Map.of("hidden", parts.body().hidden(), "layers",
        parts.body().layers(), "embedding", parts.inputs().size(), "letters",
        letters.body().hidden()));
    return new TagDesign(parts.inputs().size(), parts.inputs().drop(), letters.size(),
        letters.body().hidden(), parts.body(), batch, recipe);
  }

  /// What [Settings] can replace, with the values of this design.
  SequencedMap<String, Double> defaults() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", recipe.learningRate());
    defaults.put("hidden", (double) body.hidden());
    defaults.put("layers", (double) body.layers());
    defaults.put("dropout", body.dropout());
    defaults.put("batch", (double) batch);
    defaults.put("embedding", (double) size);
    defaults.put("letters", (double) letterHidden);
    return defaults;
  }

  /// The design with settings; dropout is that before and after the layers.
  private TagDesign with(Settings settings) {
    settings.requireAmong(defaults());
    double dropout = settings.number("dropout", body.dropout());
    var changed = body.size(Size.HIDDEN.name(), settings.whole("hidden", body.hidden()))
        .layers(settings.whole("layers", body.layers())).inputDropout(dropout).dropout(dropout);
    return new TagDesign(settings.whole("embedding", size), wordDrop, letterSize,
        settings.whole("letters", letterHidden), changed, settings.whole("batch", batch),
        recipe.learningRate(settings.number("rate", recipe.learningRate())));
  }

  /// Small batches for few sentences, so that an epoch has enough steps.
  private static int batch(int sentences) {
    return sentences < 500 ? 8 : sentences < 2000 ? 16 : 32;
  }

  /// Patience never ends a run before the rate has fallen to half.
  private static Recipe recipe(int sentences, TaggerOptions options) {
    double usual = Math.clamp(SEEN / sentences, FEWEST_EPOCHS, MOST_EPOCHS);
    int epochs = options.epochs() > 0 ? options.epochs()
        : (int) Math.ceil(switch (options.effort()) {
          case QUICK -> usual / 3;
          case NORMAL -> usual;
          case THOROUGH -> 2 * usual;
        });
    return Recipe.of(epochs).learningRate(RATE).patience(Math.max(5, epochs / 2));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "vectors of words (%d) and their letters (GRU of %d units in two directions), %s of %d "
            + "units in two directions%s, CRF; batches of %d, rate %s",
        size, letterHidden, body.cell().name(), body.hidden(),
        body.layers() == 1 ? "" : ", %d layers".formatted(body.layers()), batch,
        recipe.learningRate());
  }
}
