package dev.unroll.app.data;

import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.SideNames;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Where the examples of a run are from and how they are read, which its files record.
///
/// @param source the file as it was given
/// @param sha256 of its bytes
/// @param input the kind of inputs
/// @param target the kind of targets
/// @param scale the scaling of the numbers of inputs
/// @param targetScale the scaling of the numbers of targets
/// @param validation a share, or a file
/// @param validationSha256 of that file, empty for a share
/// @param batch B
/// @param seed of the split and the order
/// @param names of the columns or fields
/// @param least how often a symbol of the inputs must occur to be known; 0: all of the file are
/// @param rule how a share is chosen
/// @param from the model that the run began with, as it was given, which says tokens, labels and
///     scaling; `null` for none
public record ExampleSource(String source, String sha256, As input, As target, Scales.Rule scale,
    Scales.Rule targetScale, String validation, String validationSha256, int batch, long seed,
    SideNames names, int least, Parts.Rule rule, @Nullable String from) {

  /// Reads what [#fields] returns; files of earlier versions have less.
  ///
  /// @throws FormatException if something is not known
  public static ExampleSource of(JsonFields data) throws FormatException {
    try {
      return new ExampleSource(data.string("source"), data.string("sha256"),
          As.valueOf(data.string("input").toUpperCase(Locale.ROOT)),
          As.valueOf(data.string("target").toUpperCase(Locale.ROOT)),
          rule(data, "scale"), rule(data, "targetScale"),
          data.string("heldOut"), data.string("heldOutSha256"), data.integer("batch"),
          data.longInteger("seed"),
          new SideNames(column(data, "inputColumn"), column(data, "targetColumn"),
              column(data, "group")),
          data.has("least") ? data.integer("least") : 0,
          data.has("rule") ? Parts.Rule.valueOf(data.string("rule").toUpperCase(Locale.ROOT))
              : Parts.Rule.RANDOM,
          column(data, "from"));
    } catch (IllegalArgumentException e) {
      throw new FormatException("the data are read in a way that is not known: " + e.getMessage(),
          e);
    }
  }

  private static @Nullable String column(JsonFields data, String key) throws FormatException {
    return data.has(key) ? data.string(key) : null;
  }

  /// Models that were trained before there were scales have none.
  private static Scales.Rule rule(JsonFields data, String key) throws FormatException {
    return data.has(key) ? Scales.Rule.valueOf(data.string(key).toUpperCase(Locale.ROOT))
        : Scales.Rule.NONE;
  }

  /// As fields, for the files of a run.
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("source", source);
    fields.put("sha256", sha256);
    fields.put("input", ExampleData.name(input));
    fields.put("target", ExampleData.name(target));
    fields.put("scale", scale.name().toLowerCase(Locale.ROOT));
    fields.put("targetScale", targetScale.name().toLowerCase(Locale.ROOT));
    fields.put("heldOut", validation);
    fields.put("heldOutSha256", validationSha256);
    fields.put("batch", batch);
    fields.put("seed", seed);
    put(fields, "inputColumn", names.input());
    put(fields, "targetColumn", names.target());
    put(fields, "group", names.group());
    fields.put("least", least);
    fields.put("rule", rule.name().toLowerCase(Locale.ROOT));
    put(fields, "from", from);
    return fields;
  }

  private static void put(SequencedMap<String, Object> fields, String key,
      @Nullable String value) {
    if (value != null) {
      fields.put(key, value);
    }
  }
}
