package dev.unroll.task;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Size;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.task.tune.Settings;
import dev.unroll.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/// The architecture and the recipe of a classifier, chosen by the kind and the amount of its data;
/// the rules and the measurements behind them are in `docs/defaults.md`.
///
/// @param size of the vectors of symbols; unused for numbers
/// @param wordDrop with which all places of a symbol in a text are dropped
/// @param body the recurrent layers
/// @param pooling how their outputs become one vector
/// @param batch B
/// @param recipe how it learns
record ClassifierDesign(int size, double wordDrop, RecurrentStack body, Pooling pooling, int batch,
    Recipe recipe) {
  /// The number of examples that a model sees in total, over all epochs: more epochs for fewer
  /// examples.
  private static final double SEEN = 120_000;

  /// Vectors of words that begin with what naive Bayes says of them need less.
  private static final double WORDS_SEEN = 58_000;
  private static final int FEWEST_EPOCHS = 5;
  private static final int MOST_EPOCHS = 60;

  static ClassifierDesign words(int examples, ClassifierOptions options) {
    int hidden = hidden(32, options);
    var body = RecurrentStack.of(Gru.cell(), hidden).inputDropout(0.5).dropout(0.5);
    return new ClassifierDesign(64, 0.2, body, Pooling.MEAN, batch(examples),
        recipe(examples, WORDS_SEEN, 0.002, options)).read(options);
  }

  static ClassifierDesign characters(int examples, ClassifierOptions options) {
    int hidden = hidden(96, options);
    var body = RecurrentStack.of(Lstm.cell(), hidden).dropout(0.3);
    return new ClassifierDesign(32, 0, body, Pooling.MAX, batch(examples),
        recipe(examples, SEEN, 0.003, options)).read(options);
  }

  static ClassifierDesign numbers(int examples, ClassifierOptions options) {
    int hidden = hidden(64, options);
    var body = RecurrentStack.of(Gru.cell(), hidden).inputDropout(0.1).dropout(0.4);
    return new ClassifierDesign(0, 0, body, Pooling.MEAN, batch(examples),
        recipe(examples, SEEN, 0.003, options)).read(options);
  }

  /// In both directions, or step by step.
  private ClassifierDesign read(ClassifierOptions options) {
    return options.streaming()
        ? new ClassifierDesign(size, wordDrop, body, Pooling.LAST, batch, recipe)
        : new ClassifierDesign(size, wordDrop, body.bidirectional(Merge.CONCATENATE), pooling,
            batch, recipe);
  }

  /// The layers of a model that is trained further, with a recipe of this design.
  ///
  /// @throws IllegalArgumentException if a setting is another size
  ClassifierDesign from(SequenceToVector.Parts model, Settings settings) {
    var sizes = new LinkedHashMap<String, Integer>();
    sizes.put("hidden", model.body().hidden());
    sizes.put("layers", model.body().layers());
    if (model.inputs().symbols() > 0) {
      sizes.put("embedding", model.inputs().size());
    }
    settings.requireSizes(sizes);
    return new ClassifierDesign(sizes.getOrDefault("embedding", 0), model.inputs().drop(),
        model.body(), model.pooling(), batch, recipe);
  }

  /// What [Settings] can replace, with the values of this design.
  SequencedMap<String, Double> defaults() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", recipe.learningRate());
    defaults.put("hidden", (double) body.hidden());
    defaults.put("layers", (double) body.layers());
    defaults.put("dropout", body.dropout());
    defaults.put("batch", (double) batch);
    if (size > 0) {
      defaults.put("embedding", (double) size);
    }
    return defaults;
  }

  /// The design with settings. Dropout is that after the layers, and before them where it is the
  /// same.
  ClassifierDesign with(Settings settings) {
    settings.requireAmong(defaults());
    double dropout = settings.number("dropout", body.dropout());
    var changed = body.size(Size.HIDDEN.name(), settings.whole("hidden", body.hidden()))
        .layers(settings.whole("layers", body.layers())).dropout(dropout)
        .inputDropout(body.inputDropout() == body.dropout() ? dropout : body.inputDropout());
    return new ClassifierDesign(size == 0 ? 0 : settings.whole("embedding", size), wordDrop,
        changed, pooling, settings.whole("batch", batch),
        recipe.learningRate(settings.number("rate", recipe.learningRate())));
  }

  private static int hidden(int usual, ClassifierOptions options) {
    return options.effort() == Effort.THOROUGH ? 2 * usual : usual;
  }

  /// Small batches for few examples, so that an epoch has enough steps.
  private static int batch(int examples) {
    return examples < 500 ? 8 : examples < 2000 ? 16 : examples < 50_000 ? 50 : 100;
  }

  /// Patience never ends a run before the rate has fallen to half.
  private static Recipe recipe(int examples, double seen, double rate,
      ClassifierOptions options) {
    double usual = Math.clamp(seen / examples, FEWEST_EPOCHS, MOST_EPOCHS);
    int epochs =
        options.epochs() > 0 ? options.epochs() : (int) Math.ceil(switch (options.effort()) {
          case QUICK -> usual / 3;
          case NORMAL -> usual;
          case THOROUGH -> 2 * usual;
        });
    return Recipe.of(epochs).learningRate(rate).patience(Math.max(5, epochs / 2));
  }

  /// The inputs with the size of this design.
  Inputs of(Inputs inputs) {
    return inputs.symbols() == 0 ? inputs : inputs.size(size).dropout(wordDrop);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s of %d units%s%s, %s pooling; batches of %d, rate %s",
        body.cell().name(), body.hidden(), body.directions() == null ? "" : " in two directions",
        body.layers() == 1 ? "" : ", %d layers".formatted(body.layers()),
        pooling.name().toLowerCase(Locale.ROOT), batch, recipe.learningRate());
  }
}
