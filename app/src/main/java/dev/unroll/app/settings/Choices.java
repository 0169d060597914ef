package dev.unroll.app.settings;

import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.OptionValues;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A preset with the options that override it.
public record Choices(Preset preset, ModelOptions model, LearningOptions learning) {
  private static final int MOST = 1_000_000;
  private static final int MOST_LAYERS = 1_000;

  /// The recipe of training.
  ///
  /// @param recompute as [Recipe#recompute]
  /// @throws IllegalArgumentException that names the setting at fault
  public Recipe recipe(int recompute) {
    return new Recipe(
        OptionValues.atLeastOne("--epochs", or(learning.epochs, preset.epochs())),
        OptionValues.rate(or(learning.learningRate, preset.learningRate())),
        or(learning.schedule, preset.schedule()),
        or(learning.optimizer, Optimizer.adam()),
        or(learning.clip, Clipping.norm(preset.clip())),
        OptionValues.atLeastOne("--accumulate", learning.accumulate),
        OptionValues.atLeastOne("--patience", or(learning.patience, patience())),
        recompute, learning.shards, outer());
  }

  private OuterStep outer() {
    if (learning.syncEvery < 1 && learning.outer != null) {
      throw new IllegalArgumentException(
          "--outer says how copies of the model come together, but there are none; give "
              + "--sync-every too, such as --sync-every 50");
    }
    return or(learning.outer, OuterStep.NONE)
        .every(OptionValues.inRange("--sync-every", learning.syncEvery, 0, MOST));
  }

  /// A schedule whose rate ends near zero is worth its whole length: the best epochs are the last.
  private int patience() {
    var schedule = or(learning.schedule, preset.schedule());
    boolean cools = schedule.equals(Schedule.COSINE) || schedule.equals(Schedule.LINEAR);
    return cools ? or(learning.epochs, preset.epochs()) : preset.patience();
  }

  /// T.
  public int time(TextOptions text) {
    return OptionValues.inRange("--time", or(text.time, preset.time()), 1, MOST);
  }

  /// B.
  public int batch() {
    return OptionValues.inRange("--batch", or(learning.batch, preset.batch()), 1, MOST);
  }

  /// The length of a kept segment, according to the option.
  public static int recompute(@Nullable String recompute, int time) {
    return switch (recompute) {
      case null -> 0;
      case "auto" -> Recomputed.segmentFor(time);
      default -> {
        try {
          yield OptionValues.inRange("--recompute", Integer.parseInt(recompute), 0, MOST);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "--recompute is '%s', expected a number of characters, or auto"
                  .formatted(recompute),
              e);
        }
      }
    };
  }

  /// The cell, with its initial values.
  ///
  /// @param folder the folder of a relative path of a cell
  public Cell cell(Path folder) throws IOException {
    return CellChoice.withInitializers(
        CellChoice.of(folder, or(model.cell, preset.cell())), model.init);
  }

  public int embedding() {
    return OptionValues.inRange("--embedding", or(model.embedding, preset.embedding()), 1, MOST);
  }

  public int layers() {
    return OptionValues.inRange("--layers", or(model.layers, preset.layers()), 1, MOST_LAYERS);
  }

  public double dropout() {
    return probability("--dropout", or(model.dropout, preset.dropout()));
  }

  public double variational() {
    return probability("--variational", or(model.variational, preset.variational()));
  }

  /// The parts of a language model.
  ///
  /// @param folder the folder of a relative path of a cell
  /// @param symbols the vocabulary
  /// @throws IllegalArgumentException that names the option at fault
  public SequenceToSequence.Parts languageModel(
      Path folder, Tokens symbols, StackOptions layers, TextOptions text) throws IOException {
    var body = body(folder, layers);
    if (text.tied && body.outputSize() != embedding()) {
      throw new IllegalArgumentException(
          ("--tied takes the vectors of the symbols, of length %d, for the outputs of a layer of "
              + "%d; give --embedding %2$d").formatted(embedding(), body.outputSize()));
    }
    var parts = LanguageModel.parts(symbols, embedding(), body, learning.seed);
    return text.tied ? parts.with(parts.outputs().tie()) : parts;
  }

  /// The recurrent stack.
  ///
  /// @param folder the folder of a relative path of a cell
  /// @throws IllegalArgumentException that names the option at fault
  public RecurrentStack body(Path folder, StackOptions layers) throws IOException {
    var cell = cell(folder);
    var body = RecurrentStack.of(cell, sizes(cell)).layers(layers())
        .dropout(dropout())
        .zoneout(probability("--zoneout", layers.zoneout))
        .weightDrop(probability("--weight-drop", layers.weightDrop))
        .activationPenalty(
            OptionValues.atLeastZero("--activation-penalty", layers.activationPenalty))
        .temporalPenalty(OptionValues.atLeastZero("--temporal-penalty", layers.temporalPenalty))
        .preserveGradients(OptionValues.atLeastZero("--preserve-gradients", layers.preservation));
    double variational = variational();
    if (variational > 0) {
      var masks = layers.untied ? Masks.UNTIED : Masks.TIED;
      body = body.variational(variational, cell.shapes().masks().isEmpty() ? masks : null);
    }
    body = layers.layerNormalized ? body.layerNormalized() : body;
    return layers.residual ? body.residual() : body;
  }

  /// The sizes of a cell.
  ///
  /// @throws IllegalArgumentException if one is missing, or the cell does not have it
  public Dimensions sizes(Cell cell) {
    return new Dimensions(elements(cell));
  }

  private Map<String, Integer> elements(Cell cell) {
    var sizes = new LinkedHashMap<String, Integer>();
    int hidden = OptionValues.inRange("--hidden", or(model.hidden, preset.hidden()), 1, MOST);
    sizes.put(Size.HIDDEN.name(), hidden);
    var names = cell.shapes().namedSizes();
    model.sizes.forEach(
        (name, size) -> {
          if (!names.contains(name)) {
            throw new IllegalArgumentException(
                "--size %s: cell %s has no size of that name; %s"
                    .formatted(
                        name,
                        cell.name(),
                        names.isEmpty()
                            ? "--hidden is the only one it has"
                            : "it has " + String.join(", ", names)));
          }
          sizes.put(name, OptionValues.inRange("--size " + name, size, 1, MOST));
        });
    for (var name : names) {
      if (!sizes.containsKey(name)) {
        throw new IllegalArgumentException(
            "cell %s has a size of its own, %s; give it, for example --size %s=%d"
                .formatted(cell.name(), name, name, Math.max(1, hidden / 2)));
      }
    }
    return sizes;
  }

  public static double probability(String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a probability from 0 up to but not 1".formatted(option, value));
    }
    return value;
  }

  private static <T> T or(@Nullable T given, T preset) {
    return given == null ? preset : given;
  }
}
