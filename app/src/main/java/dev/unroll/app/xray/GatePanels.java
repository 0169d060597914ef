package dev.unroll.app.xray;

import dev.unroll.app.page.Choice;
import dev.unroll.app.page.Heat;
import dev.unroll.app.page.HeatMap;
import dev.unroll.app.page.Painted;
import dev.unroll.app.page.Panel;
import dev.unroll.app.page.Range;
import dev.unroll.inspect.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What every unit does at every step of one example, drawn.
final class GatePanels {
  private GatePanels() {}

  /// Heat maps of all quantities of all layers.
  ///
  /// @param subjects layers, under the names they have on the page
  /// @param sample the example
  /// @param tokens what was read at each step; empty for numbers
  static Panel heat(List<FlowPanels.Subject> subjects, Look look, int sample,
      List<String> tokens) {
    int steps = look.lengths().get(sample);
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
    var labels = tokens.size() == steps ? tokens : List.<String>of();
    return new HeatMap(Captions.GATES, "unit", labels, choices);
  }

  /// The states of all layers behind a text.
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
    return new Painted(Captions.PAINTED, tokens, choices);
  }

  /// The range that the function of an equation has, else that of the values.
  private static Range range(Look.Layer layer, String quantity, Look look, int sample) {
    return Outermost.of(layer.cell(), quantity).flatMap(function -> switch (function) {
      case SIGMOID -> Optional.of(Range.UNIT);
      case TANH -> Optional.of(Range.BOTH);
      default -> Optional.<Range>empty();
    }).orElseGet(() -> {
      var rows = layer.value(quantity);
      return Range.of((unit, step) -> rows.array()[rows.offset()
          + (step * look.batch() + sample) * rows.columns() + unit], rows.columns(),
          look.lengths().get(sample));
    });
  }
}
