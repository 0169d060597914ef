package dev.unroll.app.bench;

import dev.unroll.format.json.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measurements as lines: a table for people, or JSON for programs.
final class BenchReport {
  private static final String ROW = "%-22s %-5s %4s %4s %4s %4s %2s %9s %9s %9s %8s %5s  %s";
  private static final String STAGE = "  %9s %5s %8s  %s";
  private static final int NAME = 22;
  private static final int WIDTH = 130;

  private BenchReport() {}

  /// The header of the columns.
  public static String heading() {
    return ROW.formatted("cell", "mode", "B", "T", "F", "H", "L", "median", "min", "p90", "GFLOP/s",
        "roof", "bound by");
  }

  /// A row of the table.
  public static String row(Measurement m) {
    var shape = m.workload().shape();
    var label = m.workload().label();
    return ROW.formatted(
        label.length() > NAME ? label.substring(0, NAME - 1) + "…" : label,
        m.workload().mode().lowerCase(), shape.batch(), shape.time(), shape.input(), shape.hidden(),
        shape.layers(), time(m.timing().median()), time(m.timing().min()),
        time(m.timing().p90()), "%.1f".formatted(m.gflops()),
        m.bound().seconds() == 0 ? "–" : "%.0f %%".formatted(100 * m.share()), boundBy(m));
  }

  /// The rows below, one for each stage.
  public static List<String> rows(List<StageShare> stages) {
    var rows = new ArrayList<String>();
    rows.add(STAGE.formatted("of a call", "", "GFLOP/s", "").stripTrailing());
    for (var s : stages) {
      var row = STAGE.formatted(time(s.millis()), "%.0f %%".formatted(100 * s.share()),
          s.gflops() == 0 ? "" : "%.1f".formatted(s.gflops()), s.phase() + ": " + s.stage());
      rows.add(row.length() > WIDTH ? row.substring(0, WIDTH - 1) + "…" : row);
    }
    return rows;
  }

  private static String boundBy(Measurement m) {
    return m.bound().seconds() == 0
        ? "element by element"
        : m.bound().isReading()
            ? "reading %s".formatted(bytes(m.bound().workingSet()))
            : "multiply-adds";
  }

  /// `5.12 µs`, `22.1 ms`, `1.50 s`: three digits.
  public static String time(double millis) {
    return millis < 1 ? digits(millis * 1e3) + " µs"
        : millis < 1e3 ? digits(millis) + " ms" : digits(millis / 1e3) + " s";
  }

  private static String digits(double value) {
    return value < 9.995 ? "%.2f".formatted(value)
        : value < 99.95 ? "%.1f".formatted(value) : "%.0f".formatted(value);
  }

  /// `512 KB`, `2.1 MB`.
  public static String bytes(long bytes) {
    return bytes < 1 << 20
        ? "%d KB".formatted(Math.round(bytes / 1024.0))
        : bytes < 10 << 20
            ? "%.1f MB".formatted(bytes / 1048576.0)
            : "%d MB".formatted(Math.round(bytes / 1048576.0));
  }

  /// A line of JSON.
  public static String json(Measurement m, int threads) {
    var fields = fields(m.workload(), threads);
    fields.put("ms", round(m.timing().median()));
    fields.put("min", round(m.timing().min()));
    fields.put("p90", round(m.timing().p90()));
    fields.put("gflops", round(m.gflops()));
    fields.put("stepsPerSecond", round(m.stepsPerSecond()));
    fields.put("calls", m.timing().calls());
    fields.put("flops", Math.round(m.cost().flops()));
    fields.put("roof", round(m.share()));
    fields.put("bound", m.bound().isReading() ? "reading" : "multiply-adds");
    fields.put("peakGflops", round(m.peak() / 1e9));
    fields.put("readBytes", m.bound().workingSet());
    fields.put("readGBs", round(m.bandwidth() / 1e9));
    fields.put("weightBytes", m.cost().weights());
    fields.put("plannedBytes", m.bytes());
    return Json.write(fields);
  }

  /// A line of JSON for each stage.
  public static List<String> json(List<StageShare> stages, Workload workload, int threads) {
    return stages.stream().map(s -> {
      var fields = fields(workload, threads);
      fields.put("phase", s.phase());
      fields.put("stage", s.stage());
      fields.put("ms", round(s.millis()));
      fields.put("share", round(s.share()));
      fields.put("gflops", round(s.gflops()));
      return Json.write(fields);
    }).toList();
  }

  private static Map<String, Object> fields(Workload workload, int threads) {
    var shape = workload.shape();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("cell", workload.cell().name());
    fields.put("mode", workload.mode().lowerCase());
    fields.put("batch", shape.batch());
    fields.put("time", shape.time());
    fields.put("input", shape.input());
    fields.put("hidden", shape.hidden());
    fields.put("layers", shape.layers());
    fields.put("threads", threads);
    fields.put("masks", workload.masks());
    fields.put("weights", workload.weights().toString());
    return fields;
  }

  /// To six digits.
  public static double round(double value) {
    return new BigDecimal(value).round(new MathContext(6)).doubleValue();
  }
}
