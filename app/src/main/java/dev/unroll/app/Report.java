package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.Curves.Point;
import dev.unroll.app.History.Validated;
import dev.unroll.format.Json;
import dev.unroll.format.SafeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/// The page of a run, `report.html`: one file that opens without a network and draws the curves.
final class Report {
  private final Path file;
  private final Description description;

  /// @param file where it goes; it is replaced as a whole
  Report(Path file, Description description) {
    this.file = file;
    this.description = description;
  }

  /// Writes the page as things stand.
  void write(History history) throws IOException {
    SafeFile.write(file, ReportPage.of("report.html", Json.write(data(history))).getBytes(UTF_8));
  }

  private SequencedMap<String, Object> data(History history) {
    var best = history.epochs().stream().min(Comparator.comparingDouble(Validated::validationLoss));
    var data = new LinkedHashMap<String, Object>();
    data.put("title", name());
    data.put("subtitle", description.summary());
    data.put("tiles", tiles(history, best));
    data.put("clip", clip());
    data.put("settings", description.table());
    data.put("equations", description.equations());
    data.put("unit", description.unit());
    data.put("counted", description.counted());
    data.put("measure", description.measure());
    data.put("best", best.map(Validated::epoch).orElse(0));
    data.put("epochs", history.epochs().stream().map(this::epoch).toList());
    data.put("points", points(history.points()));
    return data;
  }

  private String name() {
    return String.valueOf(file.toAbsolutePath().normalize().resolveSibling("").getFileName());
  }

  private String clip() {
    double clip = description.recipe().clipping().norm();
    return clip == 0 ? "not clipped" : "clipped at " + clip;
  }

  private SequencedMap<String, Object> tiles(History history, Optional<Validated> best) {
    var tiles = new LinkedHashMap<String, Object>();
    best.ifPresent(epoch -> tiles.putAll(description.tiles(epoch)));
    double seconds = history.points().stream().mapToDouble(Point::seconds).sum();
    double characters = history.points().stream().mapToDouble(Point::characters).sum();
    tiles.put(
        "epochs", "%d of %d".formatted(history.epochs().size(), description.recipe().epochs()));
    tiles.put("training time", Pace.duration(seconds));
    tiles.put(description.counted() + "/s",
        "%,.0f".formatted(seconds > 0 ? characters / seconds : 0));
    return tiles;
  }

  private SequencedMap<String, Object> epoch(Validated epoch) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("epoch", epoch.epoch());
    fields.put("step", epoch.step());
    fields.put("trainLoss", round(epoch.trainLoss()));
    fields.put("validationLoss", round(epoch.validationLoss()));
    fields.put("measured", description.measured(epoch));
    fields.put("sample", epoch.sample());
    return fields;
  }

  private static SequencedMap<String, Object> points(List<Point> points) {
    var columns = new LinkedHashMap<String, Object>();
    columns.put("step", points.stream().map(Point::step).toList());
    columns.put("loss", column(points, Point::loss));
    columns.put("norm", column(points, Point::norm));
    columns.put("largestNorm", column(points, Point::largestNorm));
    columns.put("clippedNorm", column(points, Point::clippedNorm));
    columns.put("clipped", column(points, p -> (double) p.clipped() / p.steps()));
    columns.put("learningRate", column(points, Point::learningRate));
    columns.put("speed", column(points, p -> p.characters() / p.seconds()));
    return columns;
  }

  private static List<Double> column(List<Point> points, ToDoubleFunction<Point> value) {
    return points.stream().map(p -> round(value.applyAsDouble(p))).toList();
  }

  /// To five digits: the page shows no more, and stays small.
  private static double round(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(5)).doubleValue()
        : value;
  }
}
