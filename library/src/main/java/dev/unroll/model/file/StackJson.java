package dev.unroll.model.file;

import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.layer.Merge;
import dev.unroll.model.Inputs;
import dev.unroll.model.Inputs.Letters;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.loss.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Converts inputs, recurrent stacks and outputs to JSON and back.
final class StackJson {
  private static final String SHIFT = "shift";
  private static final String SCALE = "scale";
  private static final String LETTERS = "letters";
  private static final String COLUMNS = "columns";

  private StackJson() {}

  static SequencedMap<String, @Nullable Object> of(Inputs inputs) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("symbols", inputs.symbols());
    fields.put("size", inputs.size());
    fields.put("dropout", inputs.drop());
    put(fields, inputs.scaling());
    var letters = inputs.letters();
    if (letters != null) {
      var spelled = new LinkedHashMap<String, @Nullable Object>();
      spelled.put("size", letters.size());
      spelled.put("longest", letters.longest());
      spelled.put("body", of(letters.body()));
      fields.put(LETTERS, spelled);
    }
    if (inputs.columns() != null) {
      fields.put(COLUMNS, inputs.columns());
    }
    return fields;
  }

  /// @param letters the letters of words; null for none
  static Inputs inputs(JsonFields fields, @Nullable Tokens tokens, @Nullable Tokens letters)
      throws FormatException {
    return new Inputs(
        fields.integer("symbols"), fields.integer("size"), fields.number("dropout"), tokens,
        scaling(fields, SHIFT, SCALE), letters(fields, letters),
        fields.has(COLUMNS) ? fields.strings(COLUMNS) : null);
  }

  /// Files that were written before letters were read do not have them.
  private static @Nullable Letters letters(JsonFields fields, @Nullable Tokens tokens)
      throws FormatException {
    if (!fields.has(LETTERS)) {
      return null;
    }
    if (tokens == null) {
      throw new IllegalArgumentException("it reads letters, but has no list of them");
    }
    var spelled = fields.object(LETTERS);
    return new Letters(tokens, spelled.integer("size"), spelled.integer("longest"),
        body(spelled.object("body")));
  }

  private static void put(
      SequencedMap<String, @Nullable Object> fields, @Nullable Scaling scaling) {
    if (scaling != null) {
      fields.put(SHIFT, Arrays.stream(scaling.shift()).boxed().toList());
      fields.put(SCALE, Arrays.stream(scaling.scale()).boxed().toList());
    }
  }

  /// The scaling stored under two names; null if there is none.
  static @Nullable Scaling scaling(JsonFields fields, String shift, String scale)
      throws FormatException {
    return fields.has(shift)
        ? new Scaling(doubles(fields.numbers(shift)), doubles(fields.numbers(scale)))
        : null;
  }

  private static double[] doubles(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  static SequencedMap<String, @Nullable Object> of(RecurrentStack body) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("cell", body.cell().name());
    fields.put("equations", body.cell().toString());
    fields.put("sizes", new TreeMap<>(body.sizes().elements()));
    fields.put("layers", body.layers());
    fields.put("directions", name(body.directions()));
    fields.put("residual", body.isResidual());
    fields.put("inputDropout", body.inputDropout());
    fields.put("dropout", body.dropout());
    fields.put("masks", name(body.variationalMasks()));
    fields.put("maskDropout", body.variationalDropout());
    fields.put("zoneout", body.zoneout());
    fields.put("weightDrop", body.weightDrop());
    fields.put("layerNormalized", body.isLayerNormalized());
    fields.put("activationPenalty", body.activationPenalty());
    fields.put("changePenalty", body.temporalPenalty());
    fields.put("learnedStart", body.hasLearnedStart());
    fields.put("gradientPreservation", body.gradientPreservation());
    return fields;
  }

  static RecurrentStack body(JsonFields fields) throws FormatException {
    var sizes = new LinkedHashMap<String, Integer>();
    var stored = fields.object("sizes");
    for (var name : stored.keys()) {
      sizes.put(name, stored.integer(name));
    }
    var body = RecurrentStack
        .of(Cell.parse(fields.string("cell"), fields.string("equations")), new Dimensions(sizes))
        .layers(fields.integer("layers")).inputDropout(fields.number("inputDropout"))
        .dropout(fields.number("dropout"))
        .variational(fields.number("maskDropout"), value(Masks.class, fields, "masks"))
        .zoneout(fields.number("zoneout")).weightDrop(fields.number("weightDrop"))
        .activationPenalty(fields.number("activationPenalty"))
        .temporalPenalty(fields.number("changePenalty"))
        .preserveGradients(fields.number("gradientPreservation"));
    var merge = value(Merge.class, fields, "directions");
    body = merge == null ? body : body.bidirectional(merge);
    body = fields.bool("residual") ? body.residual() : body;
    body = fields.bool("layerNormalized") ? body.layerNormalized() : body;
    return fields.bool("learnedStart") ? body.learnedStart() : body;
  }

  static SequencedMap<String, @Nullable Object> of(Outputs outputs) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("targets", outputs.targets());
    fields.put("ends", outputs.ends());
    fields.put("activation", name(outputs.activation()));
    fields.put("loss", outputs.loss().toString());
    fields.put("tied", outputs.tied());
    put(fields, outputs.scaling());
    return fields;
  }

  static Outputs outputs(JsonFields fields, @Nullable Tokens labels) throws FormatException {
    return new Outputs(fields.integer("targets"), fields.bool("ends"),
        value(Function.class, fields, "activation"), Loss.parse(fields.string("loss")),
        fields.bool("tied"), labels, scaling(fields, SHIFT, SCALE));
  }

  static String name(@Nullable Enum<?> value) {
    return value == null ? "none" : value.name();
  }

  /// The value that [#name] wrote.
  static <E extends Enum<E>> @Nullable E value(Class<E> type, JsonFields fields, String key)
      throws FormatException {
    var name = fields.string(key);
    return name.equals("none") ? null : Enum.valueOf(type, name);
  }
}
