package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatAxis;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.inspect.surface.Cliff;
import dev.unroll.inspect.surface.Cliff.Point;
import dev.unroll.inspect.surface.LossSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/// The loss surface in panels: slices of models along their gradients, and the smallest surface
/// that has a cliff.
public final class LossPanels {
  /// The explanation of Pascanu, Mikolov and Bengio.
  private static final String PAPER = "https://arxiv.org/abs/1211.5063";

  private static final Cliff CLIFF = Cliff.PASCANU;

  /// The extent of the heat map: the wall runs through it from corner to corner.
  private static final int ROWS = 81;
  private static final int COLUMNS = 121;
  private static final HeatAxis DOWN = new HeatAxis("w", 7, 4);
  private static final HeatAxis ACROSS = new HeatAxis("b", -4.2, -1.8);

  /// The start of the descent, on the high side of the valley; it reaches the wall after about 180
  /// steps.
  private static final double W = 5.5;
  private static final double B = -2.6;
  private static final double RATE = 0.1;
  private static final int STEPS = 500;

  private LossPanels() {}

  /// The loss of models along their gradients.
  ///
  /// @param slices by the name of the model those of its moments, the last one with a solid line
  static List<Panel> slices(SequencedMap<String, SequencedMap<String, LossSlice>> slices) {
    var losses = new ArrayList<LineSeries>();
    var norms = new ArrayList<LineSeries>();
    slices.forEach((name, moments) -> moments.forEach((moment, slice) -> {
      boolean last = moment.equals(moments.lastEntry().getKey());
      losses.add(drawn(name, moment, last, slice, slice.losses()));
      norms.add(drawn(name, moment, last, slice, slice.norms()));
    }));
    var distance = Axis.linear("distance α along the gradient; descent goes to the left");
    return List.of(
        Lines.of(Caption.of("Loss along the gradient",
            "A smooth slope is easy to go down; a step like the edge of a table is a cliff, on "
                + "which one step of descent can throw away what was learned.")
            .with("L(θ + α g/‖g‖)", PAPER), distance, Axis.linear("loss"), losses),
        Lines.of(Caption.of("Size of the gradient on that way",
            "A peak is a place where a step without clipping would be that much longer than its "
                + "neighbours.")
            .with("‖∂L/∂θ‖ at θ + α g/‖g‖", PAPER), distance, Axis.log("norm of the gradient"),
            norms));
  }

  private static LineSeries drawn(String name, String moment, boolean last, LossSlice slice,
      List<Double> values) {
    var series = LineSeries.of(name + ", " + moment, slice.distances(), values).in(name);
    return last ? series : series.with(Mark.DASHED);
  }

  /// The smallest surface with a cliff: one unit, two weights, fifty steps.
  public static List<Panel> smallest() {
    return List.of(surface(), crossSections(), descent());
  }

  private static Panel surface() {
    var caption = Caption.of("The smallest cliff: one unit, two weights, 50 steps",
        "The loss over both weights, w upwards and b to the right: the wall is the line across "
            + "which the loss jumps and the gradient explodes.")
        .with("x_t = w σ(x_{t−1}) + b, x_0 = 0.5, E = (σ(x_50) − 0.7)²", PAPER);
    return HeatMap.over(caption, DOWN, ACROSS, List.of(
        new Choice<>("loss E", heat(Range.decades(0.5, 4), Point::loss)),
        new Choice<>("gradient ‖g‖", heat(Range.decades(100, 4), Point::norm))));
  }

  private static Heat heat(Range range, ToDoubleFunction<Point> value) {
    return Heat.of(ROWS, COLUMNS, range, (row, column) -> (float) value
        .applyAsDouble(CLIFF.at(DOWN.at(row, ROWS), ACROSS.at(column, COLUMNS))));
  }

  private static Panel crossSections() {
    var series = new ArrayList<LineSeries>();
    for (double w : new double[] {2, 4, 5, 6, 7}) {
      var x = new double[1201];
      var losses = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = ACROSS.first() + i * (0.2 - ACROSS.first()) / (x.length - 1);
        losses[i] = CLIFF.at(w, x[i]).loss();
      }
      series.add(LineSeries.of("w = %.0f".formatted(w), x, losses));
    }
    return Lines.of(Caption.of("The same, cut at some w",
        "Up to w = 4 the valley has gentle sides; beyond, its left side is a wall.")
        .with("E(w, b)", PAPER), Axis.linear("b"), Axis.linear("loss E"), series);
  }

  private static Panel descent() {
    var series = new ArrayList<LineSeries>();
    for (double clip : new double[] {1, 0}) {
      var path = CLIFF.descend(W, B, RATE, clip, STEPS);
      series.add(LineSeries.from(0, clip == 0 ? "as it is" : "clipped at norm 1",
          path.stream().mapToDouble(Point::loss).toArray()));
    }
    return Lines.of(Caption.of("Descent on it, with and without clipping",
        "Both go down the valley until they touch the wall, which throws one out onto a plateau "
            + "from which it does not come back; the other falls off it too, by a short way, and "
            + "continues.")
        .with("θ ← θ − 0.1 g · min(1, 1/‖g‖)", PAPER), Axis.counted("step"),
        Axis.linear("loss E"), series);
  }
}
