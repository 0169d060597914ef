package dev.unroll.task.tag;

import dev.unroll.cell.Lstm;
import dev.unroll.layer.Merge;
import dev.unroll.model.RecurrentStack;
import dev.unroll.task.Effort;
import dev.unroll.train.Recipe;
import java.util.Locale;

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
  /// The number of sentences that a model sees in total, over all epochs.
  private static final double SEEN = Double.parseDouble(System.getProperty("x.seen", "150000"));
  private static final int FEWEST_EPOCHS = 8;
  private static final int MOST_EPOCHS = 60;

  static TagDesign of(int sentences, TaggerOptions options) {
    int hidden = Integer.getInteger("x.hidden", 128)
        * (options.effort() == Effort.THOROUGH ? 2 : 1);
    double drop = Double.parseDouble(System.getProperty("x.drop", "0.5"));
    var body = RecurrentStack.of(Lstm.cell(), hidden).layers(Integer.getInteger("x.layers", 1))
        .bidirectional(Merge.CONCATENATE)
        .inputDropout(Double.parseDouble(System.getProperty("x.indrop", "" + drop))).dropout(drop);
    int batch = Integer.getInteger("x.batch", sentences < 500 ? 8 : sentences < 2000 ? 16 : 32);
    double usual = Math.clamp(SEEN / sentences, FEWEST_EPOCHS, MOST_EPOCHS);
    int epochs = options.epochs() > 0 ? options.epochs()
        : (int) Math.ceil(switch (options.effort()) {
          case QUICK -> usual / 3;
          case NORMAL -> usual;
          case THOROUGH -> 2 * usual;
        });
    var recipe =
        Recipe.of(epochs).learningRate(Double.parseDouble(System.getProperty("x.rate", "0.002")))
            .patience(Math.max(5, epochs / 2));
    return new TagDesign(Integer.getInteger("x.size", 100),
        Double.parseDouble(System.getProperty("x.wdrop", "0.1")), Integer.getInteger("x.ls", 32),
        Integer.getInteger("x.lh", 48), body, batch, recipe);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "vectors of words (%d) and their letters (GRU of %d units in two directions), %s of %d units"
            + " in two directions, CRF; batches of %d, rate %s",
        size, letterHidden, body.cell().name(), body.hidden(), batch, recipe.learningRate());
  }
}
