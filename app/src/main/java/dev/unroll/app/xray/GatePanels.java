package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.Painted;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.app.page.panel.Scatter;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.expr.Function;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Saturation;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Panels of every unit at every step of one example.
final class GatePanels {
  /// The number of units that are named.
  private static final int UNITS = 8;

  /// The share of values within the color range of an unbounded quantity.
  private static final double USUAL = 0.98;

  private GatePanels() {}

  /// Heat maps of all quantities of layers that have the same steps.
  ///
  /// @param subjects layers, by their names on the page
  /// @param sample the example
  /// @param tokens the input or output at each shown step; empty for
  ///     numbers and all steps
  static Panel heat(List<FlowPanels.Subject> subjects, Look look, int sample,
      List<String> tokens) {
    int steps =
        tokens.isEmpty() ? subjects.getFirst().layer().lengths().get(sample) : tokens.size();
    var choices = new ArrayList<Choice<Heat>>();
    for (var subject : subjects) {
      subject.layer().values().forEach((quantity, rows) -> {
        if (rows.columns() > 1) {
          choices.add(new Choice<>(subject.name() + " · " + quantity,
              Heat.ofUnits(rows, steps, look.batch(), sample,
                  range(subject.layer(), quantity, look, sample))));
        }
      });
    }
    return new HeatMap(Captions.GATES, "unit", tokens, choices);
  }

  /// The states of layers painted over the text that they read or generate.
  static Panel painted(List<FlowPanels.Subject> subjects, Look look, List<String> tokens) {
    var choices = new ArrayList<Choice<Heat>>();
    for (var subject : subjects) {
      for (String state : subject.layer().cell().states()) {
        var rows = subject.layer().values().get(state + "'");
        if (rows != null) {
          choices.add(new Choice<>(subject.name() + " · " + state,
              Heat.ofUnits(rows, tokens.size(), look.batch(), 0,
                  range(subject.layer(), state + "'", look, 0))));
        }
      }
    }
    boolean writes = subjects.getFirst().layer().writes();
    return new Painted(writes ? Captions.WRITTEN : Captions.PAINTED, tokens, choices);
  }

  /// The range of the function of an equation, else that of the values.
  private static Range range(Look.Layer layer, String quantity, Look look, int sample) {
    var function = Saturation.activation(layer.cell(), quantity);
    if (function.isPresent() && function.get() == Function.SIGMOID) {
      return Range.UNIT;
    }
    if (function.isPresent() && function.get() == Function.TANH) {
      return Range.BOTH;
    }
    return usual(layer.value(quantity), look.batch(), layer.lengths().get(sample), sample);
  }

  /// The range of all but the outermost values, as one diverging unit would make the others pale.
  private static Range usual(Rows rows, int batch, int steps, int sample) {
    var sizes = new double[steps * rows.columns()];
    boolean negative = false;
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < rows.columns(); i++) {
        float value =
            rows.array()[rows.offset() + (t * batch + sample) * rows.columns() + i];
        sizes[t * rows.columns() + i] = Float.isFinite(value) ? Math.abs(value) : 0;
        negative |= value < 0;
      }
    }
    Arrays.sort(sizes);
    double high = sizes[(int) (USUAL * (sizes.length - 1))];
    high = high > 0 ? high : Math.max(sizes[sizes.length - 1], Float.MIN_NORMAL);
    return new Range(negative ? -high : 0, high, false);
  }

  /// The shares of time at both ends of all σ, tanh and relu.
  ///
  /// @param found by the name of the layer on the page
  static List<Panel> saturation(SequencedMap<String, Look> found) {
    var choices = new ArrayList<Choice<List<Scatter.Point>>>();
    var rows = new ArrayList<List<String>>();
    found.forEach((name, look) -> {
      for (var saturation : Saturation.of(look)) {
        var label = "%s · %s".formatted(name.isEmpty() ? saturation.layer() : name,
            saturation.quantity());
        choices.add(new Choice<>(label, points(saturation)));
        rows.add(List.of(label, saturation.activation().symbol(),
            "%.0f %%".formatted(100 * mean(saturation.low())),
            "%.0f %%".formatted(100 * mean(saturation.high())),
            units(saturation.dead()), units(saturation.stuck())));
      }
    });
    return choices.isEmpty() ? List.of()
        : List.of(
            new Scatter(Captions.SATURATION, "share of time at the lower end",
                "share of time at the upper end", choices),
            TableElement.of(Captions.UNITS,
                List.of("quantity", "", "time at the lower end", "at the upper end",
                    "units that do not move", "stuck at one end"),
                rows));
  }

  private static List<Scatter.Point> points(Saturation saturation) {
    return IntStream.range(0, saturation.low().length)
        .mapToObj(i -> new Scatter.Point(saturation.low()[i], saturation.high()[i], i)).toList();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static String units(List<Integer> units) {
    if (units.isEmpty()) {
      return "none";
    }
    var named = units.stream().limit(UNITS).map(String::valueOf).collect(Collectors.joining(", "));
    return "%d: %s%s".formatted(units.size(), named, units.size() > UNITS ? " …" : "");
  }
}
