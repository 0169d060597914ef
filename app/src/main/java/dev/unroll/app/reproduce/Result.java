package dev.unroll.app.reproduce;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The result of a finished row, as saved in its folder.
///
/// @param shown our figure
/// @param epochs of all its trainings
/// @param seconds likewise
record Result(String label, String published, String shown, int parameters, int epochs,
    double seconds) {
  private static final String FILE = "result.json";

  /// Reads the result in the folder of a row; null if it is not finished.
  ///
  /// @throws FormatException if it is the result of other options
  static @Nullable Result read(Row row, Path folder, Options options) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    var fields = JsonFields.parse(text(file), file.toString());
    if (fields.longInteger("seed") != options.seed() || fields.bool("quick") != options.quick()) {
      throw new FormatException(
          "%s is the result of seed %d%s; give another --out".formatted(file,
              fields.longInteger("seed"), fields.bool("quick") ? " with --quick" : ""));
    }
    return new Result(row.label(), row.published(), fields.string("shown"),
        fields.integer("parameters"), fields.integer("epochs"), fields.number("seconds"));
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  void write(Path folder, Options options) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("label", label);
    fields.put("shown", shown);
    fields.put("parameters", parameters);
    fields.put("epochs", epochs);
    fields.put("seconds", seconds);
    fields.put("seed", options.seed());
    fields.put("quick", options.quick());
    SafeFile.deleteLeftovers(folder.resolve(FILE));
    SafeFile.write(folder.resolve(FILE),
        (Json.write(fields) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
