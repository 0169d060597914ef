package dev.unroll.bench.performance;

import dev.unroll.format.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A line of JSON that a measurement printed.
record Line(Map<String, ?> fields) {

  /// The lines of a file; none if there is no such file, as where a part was left out.
  static List<Line> of(Path file) throws IOException {
    var lines = new ArrayList<Line>();
    if (Files.exists(file)) {
      for (var line : Files.readAllLines(file)) {
        if (line.startsWith("{")) {
          lines.add(new Line(Json.object(line, file.toString())));
        }
      }
    }
    return lines;
  }

  boolean has(String field) {
    return fields.get(field) != null;
  }

  String text(String field) {
    return String.valueOf(fields.get(field));
  }

  double number(String field) {
    return ((Number) value(field)).doubleValue();
  }

  int whole(String field) {
    return ((Number) value(field)).intValue();
  }

  Map<?, ?> map(String field) {
    return (Map<?, ?>) value(field);
  }

  private Object value(String field) {
    var value = fields.get(field);
    if (value == null) {
      throw new IllegalArgumentException("no %s in %s".formatted(field, fields));
    }
    return value;
  }

  /// The cell, and whether it has masks.
  String cell() {
    return Boolean.TRUE.equals(fields.get("masks")) ? text("cell") + " + masks" : text("cell");
  }

  /// The cell with mode, B, T, H and L, as far as they say something.
  String shape() {
    return "B%d T%d H%d%s%s".formatted(whole("batch"), whole("time"), whole("hidden"),
        whole("input") == whole("hidden") ? "" : " F" + whole("input"),
        whole("layers") == 1 ? "" : " L" + whole("layers"));
  }
}
