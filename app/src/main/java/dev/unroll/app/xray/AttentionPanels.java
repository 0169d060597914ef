package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Look.Attended;
import java.util.List;

/// Panels of the attention weights for each output of the first example.
public final class AttentionPanels {
  private AttentionPanels() {}

  /// One panel for each attention: an influence panel for symbols, a heat map for numbers.
  public static List<Panel> of(Look look, ReadingModel reading) {
    return look.attentions().stream()
        .map(attended -> panel(attended, rows(attended, look), look.batch(), reading)).toList();
  }

  /// The number of queries of the first example.
  private static int rows(Attended attended, Look look) {
    return look.layers().stream().filter(Look.Layer::writes)
        .mapToInt(layer -> layer.lengths().getFirst()).findFirst().orElse(attended.steps());
  }

  private static Panel panel(Attended attended, int rows, int batch, ReadingModel reading) {
    var heat = Heat.of(rows, reading.shown().input().length(), Range.UNIT,
        (t, s) -> attended.weights()
            .array()[attended.weights().offset() + t * batch * attended.memorySteps() + s]);
    var outputs = attended.steps() == 1 ? List.of("answer") : reading.written(rows);
    return reading.tokens().isEmpty() || outputs.isEmpty()
        ? new HeatMap(Captions.ATTENTION_MAP, "output", reading.tokens(),
            List.of(new Choice<>(attended.name(), heat)))
        : new InfluenceMap(Captions.ATTENTION, reading.tokens(), outputs, heat);
  }
}
