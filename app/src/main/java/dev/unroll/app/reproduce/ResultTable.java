package dev.unroll.app.reproduce;

import dev.unroll.Engine;
import java.util.List;
import java.util.stream.Collectors;

/// Results as a table in Markdown, with what is needed to reproduce them.
final class ResultTable {
  static final List<String> COLUMNS =
      List.of("what", "published", "here", "parameters", "epochs", "minutes");

  private ResultTable() {}

  static String of(Experiment experiment, Options options, List<Result> results, Engine engine) {
    var table = new StringBuilder();
    table.append("# ").append(experiment.title()).append("\n\n");
    table.append(experiment.source()).append(". Figures: ").append(experiment.measure())
        .append(".\n\n");
    table.append(line(COLUMNS)).append(line(List.of("---", "---", "---:", "---:", "---:", "---:")));
    for (var result : results) {
      table.append(line(cells(result)));
    }
    table.append("\n`./unroll reproduce %s --seed %d%s`, %s, Java %s.\n".formatted(
        experiment.name(), options.seed(), options.quick() ? " --quick" : "", engine,
        Runtime.version().feature()));
    if (options.quick()) {
      table.append("Tiny settings (`--quick`): the figures say that it runs, and no more.\n");
    }
    return table.toString();
  }

  /// The cells of a line.
  static List<String> cells(Result result) {
    return List.of(result.label(), result.published(), result.shown(),
        result.parameters() == 0 ? "" : "%,d".formatted(result.parameters()),
        "%,d".formatted(result.epochs()), "%.1f".formatted(result.seconds() / 60));
  }

  private static String line(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
