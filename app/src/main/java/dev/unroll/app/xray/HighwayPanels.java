package dev.unroll.app.xray;

import dev.unroll.app.page.Axis;
import dev.unroll.app.page.Choice;
import dev.unroll.app.page.Lines;
import dev.unroll.app.page.Panel;
import dev.unroll.app.page.Series;
import dev.unroll.app.page.Series.Mark;
import dev.unroll.inspect.HighwayGradient;
import dev.unroll.inspect.HighwaySplit;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// The direct path of a state and the rest, drawn.
final class HighwayPanels {
  private HighwayPanels() {}

  /// One step back: highway, rest and both.
  static Panel split(SequencedMap<String, HighwaySplit> found) {
    var choices = new ArrayList<Choice<List<Series>>>();
    found.forEach((name, split) -> choices.add(new Choice<>(name, List.of(
        Series.from(0, "both together", split.total()).with(Mark.FAINT),
        Series.from(0, "highway", split.highway()).with(Mark.AREA),
        Series.from(0, "through gates and U", split.rest()).with(Mark.DASHED)))));
    return new Lines(Captions.SPLIT, Axis.linear("step t"),
        Axis.linear("length that is left of 1").from(0, Double.NaN), choices);
  }

  /// k steps back: the highway alone beside the gradient.
  ///
  /// @param stages by the name of the moment, what was found for each state
  static Panel carried(SequencedMap<String, SequencedMap<String, HighwayGradient>> stages) {
    var choices = new ArrayList<Choice<List<Series>>>();
    stages.forEach((stage, found) -> choices.add(new Choice<>(stage, series(found))));
    return new Lines(Captions.CARRIED, Axis.linear("lag k (steps back)"),
        Axis.log("length that is left of 1"), choices);
  }

  private static List<Series> series(SequencedMap<String, HighwayGradient> found) {
    var series = new ArrayList<Series>();
    found.forEach((name, gradient) -> {
      series.add(Series.from(0, name, gradient.truly()).in(name));
      // Where there is no highway, nothing but the first point would stand there.
      if (gradient.alone().length > 1 && gradient.alone()[1] > 0) {
        series.add(Series.from(0, name + ", highway alone", gradient.alone()).in(name)
            .with(Mark.DASHED));
      }
    });
    return series;
  }
}
