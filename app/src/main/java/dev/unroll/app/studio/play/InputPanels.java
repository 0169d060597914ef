package dev.unroll.app.studio.play;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.data.Values.Features;
import dev.unroll.inspect.Influence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is read and what counted for the answer, as panels.
final class InputPanels {
  /// So many columns are drawn.
  private static final int MOST = 12;

  private static final String COUNTED = "What counted for the answer";
  private static final String NORM = "‖∂L/∂x_s‖";

  private InputPanels() {}

  /// Numbers over time: a curve a column. A single step is drawn across, number by number.
  static Panel of(Features input) {
    boolean isVector = input.length() == 1 && input.columns() > 1;
    int shown = Math.min(MOST, input.columns());
    return numbers("What it reads",
        isVector || shown == input.columns() ? ""
            : "The first %d of %d columns.".formatted(shown, input.columns()),
        isVector ? "column" : "step", isVector ? List.of(row(input, 0)) : columns(input, shown));
  }

  private static List<double[]> columns(Features input, int shown) {
    var columns = new ArrayList<double[]>();
    for (int f = 0; f < shown; f++) {
      var column = new double[input.length()];
      for (int t = 0; t < column.length; t++) {
        column[t] = input.exact(t * input.columns() + f);
      }
      columns.add(column);
    }
    return columns;
  }

  private static double[] row(Features input, int step) {
    var row = new double[input.columns()];
    Arrays.setAll(row, f -> input.exact(step * input.columns() + f));
    return row;
  }

  /// Curves of numbers, over what is counted from 0.
  static Panel numbers(String title, String read, String counted, List<double[]> columns) {
    var series = new ArrayList<LineSeries>();
    for (int f = 0; f < columns.size(); f++) {
      var one = LineSeries.from(0, columns.size() == 1 ? "value" : "column " + (f + 1),
          columns.get(f));
      series.add(columns.get(f).length > 100 ? one : one.with(Mark.DOTS));
    }
    return Lines.of(Caption.of(title, read), Axis.counted(counted), Axis.linear("value"), series);
  }

  /// What counted, over the steps of numbers.
  static Panel counted(Influence influence) {
    var norms = influence.norms()[0];
    double most = Math.max(Arrays.stream(norms).max().orElse(0), Double.MIN_NORMAL);
    return Lines.of(
        Caption.of(COUNTED,
            "How much a small change at a step would change the answer, relative to the step that"
                + " counts most.")
            .with(NORM),
        Axis.counted("step"), Axis.linear("share of the largest").from(0, 1.05),
        List.of(LineSeries.from(0, "influence",
            Arrays.stream(norms).map(norm -> norm / most).toArray()).with(Mark.AREA)));
  }

  /// What counted, behind the symbols that were read: the same for all answers, or for the one that
  /// is pointed at.
  static Panel counted(Influence influence, List<String> tokens, List<String> targets) {
    double most = Arrays.stream(influence.norms()).flatMapToDouble(Arrays::stream).max().orElse(0);
    var range = new Range(0, most > 0 ? most : 1, false);
    return new InfluenceMap(
        Caption.of(COUNTED,
            "The stronger the color and the longer the bar, in proportion, the more a small change"
                + " there would change how sure the answer is.")
            .with(NORM),
        tokens, targets,
        Heat.of(influence.norms().length, tokens.size(), range,
            (i, s) -> (float) influence.norms()[i][s]));
  }
}
