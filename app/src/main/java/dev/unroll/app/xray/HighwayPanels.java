package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.inspect.highway.HighwayGradient;
import dev.unroll.inspect.highway.HighwaySplit;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Panels of the direct path of a state and the rest.
final class HighwayPanels {
  private HighwayPanels() {}

  /// One step back: highway, rest and both.
  static Panel split(SequencedMap<String, HighwaySplit> found) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    found.forEach((name, split) -> choices.add(new Choice<>(name, List.of(
        LineSeries.from(0, "both together", split.total()).with(Mark.FAINT),
        LineSeries.from(0, "highway", split.highway()).with(Mark.AREA),
        LineSeries.from(0, "through gates and U", split.rest()).with(Mark.DASHED)))));
    return new Lines(Captions.SPLIT, Axis.counted("step t"),
        Axis.linear("length that is left of 1").from(0, Double.NaN), choices);
  }

  /// The findings about one state over many steps.
  ///
  /// @param name of the state on the page
  /// @param group the cell or layer, whose color it has
  /// @param output whether it is the output of the layer
  /// @param steps T
  record Way(String name, String group, boolean output, HighwayGradient gradient, int steps) {
    /// One for each state of each layer.
    ///
    /// @param cell the name in place of the layer's name; empty for a model with several layers
    static List<Way> of(String cell, Findings found) {
      var ways = new ArrayList<Way>();
      for (var layer : found.look().layers()) {
        var group = cell.isEmpty() ? layer.name() : cell;
        for (String state : layer.cell().states()) {
          var gradient = found.carried().get(Findings.name(layer.name(), state));
          if (gradient != null) {
            ways.add(new Way(
                layer.cell().states().size() == 1 ? group : Findings.name(group, state), group,
                FlowPanels.isOutput(layer, state), gradient, gradient.truly().length));
          }
        }
      }
      return ways;
    }
  }

  /// k steps back: the highway alone compared with the gradient.
  ///
  /// @param stages by the name of the moment
  static Panel carried(SequencedMap<String, List<Way>> stages) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    stages.forEach((stage, found) -> choices.add(new Choice<>(stage, series(found))));
    var first = stages.firstEntry().getValue().getFirst();
    return new Lines(Captions.carried(first.gradient().positions(), first.steps()),
        Axis.counted("lag k (steps back)"), Axis.log("length that is left of 1"), choices);
  }

  private static List<LineSeries> series(List<Way> found) {
    var series = new ArrayList<LineSeries>();
    for (var way : found) {
      var truly = LineSeries.from(0, way.name(), way.gradient().truly()).in(way.group());
      series.add(way.output() ? truly : truly.with(Mark.DASHED));
      var alone = way.gradient().alone();
      // Without a highway, there would be nothing but the first point.
      if (alone.length > 1 && alone[1] > 0) {
        series.add(LineSeries.from(0, way.name() + ", highway alone", alone).in(way.group())
            .with(Mark.DOTTED));
      }
    }
    return series;
  }
}
