package dev.unroll.model.file;

import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.layer.Merge;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.loss.Loss;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Inputs, bodies and outputs as JSON and back.
final class StackJson {
  private StackJson() {}

  static SequencedMap<String, @Nullable Object> of(Inputs inputs) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("symbols", inputs.symbols());
    fields.put("size", inputs.size());
    fields.put("dropout", inputs.drop());
    return fields;
  }

  static Inputs inputs(JsonFields fields, @Nullable Tokens tokens) throws FormatException {
    return new Inputs(
        fields.integer("symbols"), fields.integer("size"), fields.number("dropout"), tokens);
  }

  static SequencedMap<String, @Nullable Object> of(RecurrentStack body) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("cell", body.cell().name());
    fields.put("equations", body.cell().toString());
    fields.put("sizes", new TreeMap<>(body.sizes().elements()));
    fields.put("layers", body.layers());
    fields.put("directions", name(body.directions()));
    fields.put("residual", body.residual());
    fields.put("inputDropout", body.inputDrop());
    fields.put("dropout", body.drop());
    fields.put("masks", name(body.masks()));
    fields.put("maskDropout", body.maskDrop());
    fields.put("zoneout", body.zoneout());
    fields.put("weightDrop", body.weightDrop());
    fields.put("layerNormalized", body.normalized());
    fields.put("activationPenalty", body.small());
    fields.put("changePenalty", body.slow());
    fields.put("learnedStart", body.learnedStart());
    fields.put("gradientPreservation", body.preservation());
    return fields;
  }

  static RecurrentStack body(JsonFields fields) throws FormatException {
    var sizes = new LinkedHashMap<String, Integer>();
    var stored = fields.object("sizes");
    for (var name : stored.keys()) {
      sizes.put(name, stored.integer(name));
    }
    return new RecurrentStack(Cell.parse(fields.string("cell"), fields.string("equations")),
        new Dimensions(sizes), fields.integer("layers"),
        value(Merge.class, fields, "directions"), fields.bool("residual"),
        fields.number("inputDropout"), fields.number("dropout"),
        value(Masks.class, fields, "masks"), fields.number("maskDropout"),
        fields.number("zoneout"), fields.number("weightDrop"), fields.bool("layerNormalized"),
        fields.number("activationPenalty"), fields.number("changePenalty"),
        fields.bool("learnedStart"), fields.number("gradientPreservation"));
  }

  static SequencedMap<String, @Nullable Object> of(Outputs outputs) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("targets", outputs.targets());
    fields.put("ends", outputs.ends());
    fields.put("activation", name(outputs.activation()));
    fields.put("loss", outputs.loss().toString());
    fields.put("tied", outputs.tied());
    return fields;
  }

  static Outputs outputs(JsonFields fields, @Nullable Tokens labels) throws FormatException {
    return new Outputs(fields.integer("targets"), fields.bool("ends"),
        value(Function.class, fields, "activation"), Loss.parse(fields.string("loss")),
        fields.bool("tied"), labels);
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
