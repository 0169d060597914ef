package dev.unroll.app.reproduce;

import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The epochs of a training in a file, `curve.jsonl`: a line with the recipe, then one for each
/// epoch.
final class CurveFile implements Closeable {
  private static final String FILE = "curve.jsonl";

  private final JsonLines lines;
  private final List<Point> points;

  private CurveFile(JsonLines lines, List<Point> points) {
    this.lines = lines;
    this.points = points;
  }

  /// An epoch.
  ///
  /// @param seconds of training, without the time that it was stopped
  record Point(Epoch epoch, double seconds) {

    static Point of(JsonFields line) throws IOException {
      return new Point(
          new Epoch(line.integer("epoch"), line.integer("epochs"), line.longInteger("step"),
              line.number("trainLoss"), line.number("validationLoss"), line.bool("best"),
              line.number("trainAccuracy"), line.number("validationAccuracy")),
          line.number("seconds"));
    }

    LinkedHashMap<String, Object> fields() {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("epoch", epoch.epoch());
      fields.put("epochs", epoch.epochs());
      fields.put("step", epoch.step());
      fields.put("trainLoss", epoch.trainLoss());
      fields.put("validationLoss", epoch.validationLoss());
      fields.put("best", epoch.best());
      fields.put("trainAccuracy", epoch.trainAccuracy());
      fields.put("validationAccuracy", epoch.validationAccuracy());
      fields.put("seconds", seconds);
      return fields;
    }
  }

  /// Opens the curve in a folder after its first epochs; later ones will be written again.
  static CurveFile open(Path folder, Recipe recipe, int epochs) throws IOException {
    var points = read(folder);
    points = new ArrayList<>(points.subList(0, Math.min(epochs, points.size())));
    var lines = JsonLines.resume(folder.resolve(FILE), points.isEmpty() ? 0 : points.size() + 1L);
    if (lines.lines() == 0) {
      var first = new LinkedHashMap<String, Object>();
      first.put("recipe", recipe.toString());
      lines.append(first);
    }
    return new CurveFile(lines, points);
  }

  /// The recipe of the training in a folder; null if there is none.
  static @Nullable String recipe(Path folder) throws IOException {
    var lines = lines(folder);
    return lines.isEmpty() ? null : lines.getFirst().string("recipe");
  }

  /// The epochs of the training in a folder.
  static List<Point> read(Path folder) throws IOException {
    var points = new ArrayList<Point>();
    var lines = lines(folder);
    for (var line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      points.add(Point.of(line));
    }
    return points;
  }

  private static List<JsonFields> lines(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    return Files.exists(file) ? JsonLines.read(file) : List.of();
  }

  List<Point> points() {
    return points;
  }

  void add(Point point) throws IOException {
    points.add(point);
    lines.append(point.fields());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
