package dev.unroll.app.run.report;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.run.report.Curves.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;

/// Panels of the effect of steps on gradient and weights: the effect of clipping, and
/// update-to-weight ratios.
final class EffectPanels {
  /// The usual ratio if a model learns well.
  private static final double AIM = 1e-3;

  private EffectPanels() {}

  /// None for a log of earlier versions, which does not say; where nothing was clipped, none about
  /// that.
  public static List<Panel> of(List<Point> points) {
    var known = points.stream().filter(p -> !Double.isNaN(p.effect().cosine())).toList();
    if (known.isEmpty()) {
      return List.of();
    }
    // Two flat lines say nothing.
    return known.stream().anyMatch(p -> p.clipped() > 0) ? List.of(clipping(known), updates(known))
        : List.of(updates(known));
  }

  private static Panel clipping(List<Point> points) {
    var steps = points.stream().map(Point::step).toList();
    var cosine = points.stream().map(p -> p.effect().cosine()).toList();
    var share = points.stream().map(p -> (double) p.clipped() / p.steps()).toList();
    return Lines.of(Caption.of("What clipping changes",
        "Clipping by the norm shortens the gradient and leaves its direction: the cosine stays at "
            + "1. Far below 1 the steps go elsewhere than the gradient says.")
        .with("cos = g · g' / (‖g‖ ‖g'‖)", "https://arxiv.org/abs/1211.5063"),
        Axis.counted("step"), Axis.linear("cosine, share").from(Math.min(0,
            Collections.min(cosine)), 1.05),
        List.of(LineSeries.of("cosine before and after", steps, cosine),
            LineSeries.of("share of steps clipped", steps, share).with(Mark.AREA)));
  }

  private static Panel updates(List<Point> points) {
    var steps = points.stream().map(Point::step).toList();
    var names = new LinkedHashSet<String>();
    points.forEach(p -> names.addAll(p.effect().ratios().keySet()));
    var series = new ArrayList<LineSeries>();
    for (var name : names) {
      series.add(LineSeries.of(name, steps,
          points.stream().map(p -> p.effect().ratios().getOrDefault(name, Double.NaN)).toList()));
    }
    series.add(LineSeries.of("aim", steps, Collections.nCopies(steps.size(), AIM))
        .with(Mark.DASHED));
    return Lines.of(Caption.of("How far each parameter moves in a step",
        "A parameter near the dashed line changes by a thousandth of itself a step, which is "
            + "usual; far above, and the rate is too high for it; far below, and it hardly learns.")
        .with("‖Δθ‖ / ‖θ‖", "https://cs231n.github.io/neural-networks-3/#ratio"),
        Axis.counted("step"), Axis.log("update / weight"), series);
  }
}
