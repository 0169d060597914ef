package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Panels of short trainings.
final class TrainingPanels {
  private TrainingPanels() {}

  /// The losses of all cells.
  static Panel losses(SequencedMap<String, TrainingTrace> traces, double baseline) {
    var series = new ArrayList<LineSeries>();
    int most = 1;
    for (var trace : traces.entrySet()) {
      most = Math.max(most, trace.getValue().steps());
      series.add(LineSeries.of(trace.getKey(), steps(trace.getValue()), trace.getValue().losses())
          .with(Mark.SMOOTHED));
    }
    series.add(LineSeries.of("without memory", IntStream.range(0, most).boxed().toList(),
        Collections.nCopies(most, baseline)).with(Mark.DASHED));
    return Lines.of(Captions.LOSS, Axis.counted("training step"), Axis.log("loss"), series);
  }

  /// Norms of the gradient before and after clipping.
  static Panel clipping(SequencedMap<String, TrainingTrace> traces) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    traces.forEach((name, trace) -> choices.add(new Choice<>(name, List.of(
        LineSeries.of("before clipping", steps(trace), trace.before()),
        LineSeries.of("after clipping", steps(trace), trace.after()).with(Mark.DASHED)))));
    return new Lines(Captions.CLIPPING, Axis.counted("training step"), Axis.log("norm"), choices);
  }

  /// Update-to-weight ratios of every parameter.
  static Panel ratios(SequencedMap<String, TrainingTrace> traces) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    traces.forEach((name, trace) -> choices.add(new Choice<>(name, trace.ratios().entrySet()
        .stream().map(ratio -> LineSeries.of(ratio.getKey(), steps(trace), ratio.getValue())
            .with(Mark.SMOOTHED))
        .toList())));
    return new Lines(Captions.RATIOS, Axis.counted("training step"), Axis.log("‖Δθ‖ / ‖θ‖"),
        choices);
  }

  private static List<Integer> steps(TrainingTrace trace) {
    return IntStream.range(0, trace.steps()).boxed().toList();
  }
}
