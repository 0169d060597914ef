package dev.unroll.bench.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Writes the tables of `docs/results/performance-*.md` and their pictures from the lines that
/// `bench/figures` measured: `Performance DATA DOCS`.
final class Performance {
  /// Sums with much cancellation, in float: correct peers were seen 0.0004 apart.
  private static final double TOLERANCE = 2e-3;

  private final Path data;
  private final Path docs;
  private final Document document;

  private Performance(Path data, Path docs) throws IOException {
    this.data = data;
    this.docs = docs;
    var results = docs.resolve("results");
    document = new Document(results.resolve("performance-layers.md"),
        results.resolve("performance-growth.md"), results.resolve("performance-peers.md"));
  }

  public static void main(String[] args) throws IOException {
    var performance = new Performance(Path.of(args[0]), Path.of(args[1]));
    performance.write("roofs", performance::roofs);
    performance.write("cells", () -> performance.cells("cells"));
    performance.write("masks", () -> performance.cells("masks"));
    performance.write("steps", performance::steps);
    performance.write("keys", performance::keys);
    performance.write("threads", performance::threads);
    performance.write("plain", () -> performance.cells("plain"));
    performance.growth("T", "time", "steps of a sequence, T");
    performance.growth("B", "batch", "sequences at once, B");
    performance.growth("H", "hidden", "hidden size, H");
    performance.growth("L", "layers", "layers, L");
    performance.write("rivals", performance::rivals);
    performance.document.write();
  }

  /// What writes a table or a picture.
  private interface Part {
    void write() throws IOException;
  }

  /// Where a part has not been measured, what stands there stays.
  private void write(String name, Part part) throws IOException {
    if (!lines(name).isEmpty()) {
      part.write();
    }
  }

  private List<Line> lines(String part) throws IOException {
    return Line.of(data.resolve(part + ".jsonl"));
  }

  /// Puts a table below the machine, version, commit and day of its measurement.
  private void put(String part, String table) throws IOException {
    var machine = data.resolve(part + ".txt");
    if (!Files.exists(machine)) {
      throw new IllegalStateException(
          "%s is missing, which says where and when %s was measured; run bench/figures --only %s"
              .formatted(machine, part, part));
    }
    document.put(part, Files.readString(machine).strip() + "\n\n" + table);
  }

  private void roofs() throws IOException {
    var chart = new LinkedHashMap<String, List<double[]>>();
    var table = new Table(2, "roof", "threads", "most");
    for (var roofs : lines("roofs")) {
      int threads = roofs.whole("threads");
      table.row("multiply-adds", threads, Table.digits(roofs.number("peakGflops")) + " GFLOP/s");
      var points = new ArrayList<double[]>();
      for (var read : roofs.map("readGBs").entrySet()) {
        long bytes = Long.parseLong((String) read.getKey());
        double rate = ((Number) read.getValue()).doubleValue();
        points.add(new double[] {bytes, rate});
        table.row("reading %s".formatted(bytes < 1 << 20 ? (bytes >> 10) + " KB"
            : (bytes >> 20) + " MB"), threads, Table.digits(rate) + " GB/s");
      }
      chart.put(threads == 1 ? "1 thread" : threads + " threads", points);
    }
    put("roofs", table.toString());
    draw("roofs", new Chart("Reading the same bytes over and over", "bytes", "GB/s", chart));
  }

  private void cells(String part) throws IOException {
    var table = new Table(6, "cell", "mode", "shape", "median", "least", "p90", "GFLOP/s",
        "share of the roof", "planned memory");
    for (var line : lines(part)) {
      table.row(line.cell(), line.text("mode"), line.shape(), Table.time(line.number("ms")),
          Table.time(line.number("min")), Table.time(line.number("p90")),
          Table.digits(line.number("gflops")), share(line),
          Table.digits(line.number("plannedBytes") / (1 << 20)) + " MB");
    }
    put(part, table.toString());
  }

  private static String share(Line line) {
    double bytes = line.number("readBytes");
    return Table.percent(line.number("roof")) + (line.text("bound").equals("reading")
        ? bytes < 1 << 20 ? ", reading %.0f KB".formatted(bytes / 1024)
            : ", reading %.1f MB".formatted(bytes / (1 << 20))
        : ", multiply-adds");
  }

  private void steps() throws IOException {
    var lines = lines("steps");
    var table = new Table(5, "cell", "H", "median", "least", "p90", "share of the roof");
    for (var line : lines) {
      table.row(line.cell(), line.whole("hidden"), Table.time(line.number("ms")),
          Table.time(line.number("min")), Table.time(line.number("p90")), share(line));
    }
    put("steps", table.toString());
    draw("steps", new Chart("A step of one sequence", "hidden size, H", "µs",
        series(lines, Line::cell, line -> new double[] {line.number("hidden"),
            1e3 * line.number("ms")})));
  }

  private void keys() throws IOException {
    var table = new Table(4, "cell", "keys in a call", "H", "median", "steps a second");
    for (var line : lines("keys")) {
      table.row(line.cell(), line.whole("batch"), line.whole("hidden"),
          Table.time(line.number("ms")), "%,.0f".formatted(line.number("stepsPerSecond")));
    }
    put("keys", table.toString());
  }

  private void threads() throws IOException {
    var one = new LinkedHashMap<String, Line>();
    var table = new Table(3, "cell", "mode", "shape", "1 thread", "2 threads", "ratio");
    for (var line : lines("threads")) {
      var what = "%s %s %s".formatted(line.cell(), line.text("mode"), line.shape());
      var single = one.get(what);
      if (line.whole("threads") == 1) {
        one.put(what, line);
      } else if (single != null) {
        table.row(line.cell(), line.text("mode"), line.shape(), Table.time(single.number("ms")),
            Table.time(line.number("ms")),
            Table.digits(single.number("ms") / line.number("ms")) + "×");
      }
    }
    put("threads", table.toString());
  }

  private void growth(String letter, String field, String axis) throws IOException {
    write("growth-" + letter, () -> drawGrowth(letter, field, axis));
  }

  private void drawGrowth(String letter, String field, String axis) throws IOException {
    var lines = lines("growth-" + letter);
    var table = new Table(5, "cell", "mode", letter, "median", "GFLOP/s", "share of the roof",
        "planned memory");
    for (var line : lines) {
      table.row(line.cell(), line.text("mode"), line.whole(field), Table.time(line.number("ms")),
          Table.digits(line.number("gflops")), share(line),
          Table.digits(line.number("plannedBytes") / (1 << 20)) + " MB");
    }
    put("growth-" + letter, table.toString());
    draw("growth-" + letter, new Chart("A call, as %s grows".formatted(letter), axis, "ms",
        series(lines, line -> line.cell() + " " + line.text("mode"),
            line -> new double[] {line.number(field), line.number("ms")})));
  }

  /// A row for a case, a column for a peer, and how many times faster the first column is than the
  /// best of the others.
  private void rivals() throws IOException {
    var cases = new LinkedHashMap<String, Map<String, Line>>();
    var peers = new ArrayList<String>();
    for (var line : lines("rivals")) {
      if (line.has("ms")) {
        cases.computeIfAbsent("%s %s %s".formatted(line.text("cell"), line.text("mode"),
            line.shape()), _ -> new LinkedHashMap<>()).put(line.text("peer"), line);
        if (!peers.contains(line.text("peer"))) {
          peers.add(line.text("peer"));
        }
      }
    }
    cases.forEach(Performance::requireSameResults);
    var columns = new ArrayList<>(List.of("case"));
    columns.addAll(peers);
    columns.addAll(List.of("unroll, GFLOP/s", "best rival, GFLOP/s", "best rival / unroll"));
    var table = new Table(peers.size() + 3, columns.toArray(String[]::new));
    var ratios = new ArrayList<Double>();
    cases.forEach((name, by) -> {
      var row = new ArrayList<Object>(List.of(name));
      double ours = Double.NaN;
      double best = Double.POSITIVE_INFINITY;
      for (var peer : peers) {
        var line = by.get(peer);
        row.add(line == null ? "–" : Table.time(line.number("ms")));
        if (line != null && peer.equals("unroll")) {
          ours = line.number("ms");
        } else if (line != null) {
          best = Math.min(best, line.number("ms"));
        }
      }
      double work = by.get("unroll").number("gflops") * ours;
      row.add(Table.digits(work / ours));
      row.add(Table.digits(work / best));
      row.add(Table.digits(best / ours) + "×");
      ratios.add(best / ours);
      table.row(row.toArray());
    });
    double logarithms = 0;
    for (double ratio : ratios) {
      logarithms += Math.log(ratio);
    }
    put("rivals", ("%s\nThe geometric mean of the last column is %.2f over %d cases; Unroll is the "
        + "fastest in %d.\n")
        .formatted(table, Math.exp(logarithms / ratios.size()), ratios.size(),
            ratios.stream().filter(ratio -> ratio > 1).count()));
  }

  /// Times of different results are not worth comparing.
  ///
  /// @throws IllegalStateException that names the first checksum that differs
  private static void requireSameResults(String name, Map<String, Line> byPeer) {
    var first = byPeer.values().iterator().next();
    for (var line : byPeer.values()) {
      first.map("checksum").forEach((what, value) -> {
        double expected = ((Number) value).doubleValue();
        double actual = ((Number) line.map("checksum").get(what)).doubleValue();
        if (Math.abs(actual - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
          throw new IllegalStateException("%s: the checksum of %s is %s for %s and %s for %s"
              .formatted(name, what, expected, first.text("peer"), actual, line.text("peer")));
        }
      });
    }
  }

  private static LinkedHashMap<String, List<double[]>> series(List<Line> lines,
      Function<Line, String> name, Function<Line, double[]> point) {
    var series = new LinkedHashMap<String, List<double[]>>();
    for (var line : lines) {
      series.computeIfAbsent(name.apply(line), _ -> new ArrayList<>()).add(point.apply(line));
    }
    return series;
  }

  private void draw(String name, Chart chart) throws IOException {
    Files.writeString(docs.resolve("images/performance-%s.svg".formatted(name)), chart.svg());
  }
}
