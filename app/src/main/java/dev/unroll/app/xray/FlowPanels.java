package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.inspect.LagProfile;
import dev.unroll.inspect.Look;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/// Panels of the norms of gradients by lag and by step.
final class FlowPanels {
  private FlowPanels() {}

  /// A subject of the panels: a cell among others, or a layer of a model.
  ///
  /// @param name of its curves
  /// @param layer of the look
  record Subject(String name, Look.Layer layer, List<LagProfile> lags) {
    /// One for each layer.
    ///
    /// @param cell the name in place of the layer's name; empty for a model with several layers
    static List<Subject> of(String cell, Findings findings) {
      return findings.look().layers().stream().map(layer -> new Subject(
          cell.isEmpty() ? layer.name() : cell, layer,
          findings.lags().stream().filter(lag -> lag.layer().equals(layer.name())).toList()))
          .toList();
    }
  }

  /// The share of the gradient left by lag; the state that is the output with a solid line, others
  /// dashed.
  ///
  /// @param stages by the name of the moment
  /// @param averaged the outputs that the means are over
  static Panel lags(SequencedMap<String, List<Subject>> stages, String averaged) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    stages.forEach((stage, subjects) -> choices.add(new Choice<>(stage, subjects.stream()
        .flatMap(subject -> subject.lags().stream().map(lag -> series(subject, lag))).toList())));
    return new Lines(Captions.lags(averaged), Axis.counted("lag k (steps back)"),
        Axis.log("share of the gradient that is left"), choices);
  }

  private static LineSeries series(Subject subject, LagProfile lag) {
    var shares = new double[lag.norms().length];
    Arrays.setAll(shares, lag::share);
    return drawn(subject, lag.state(), shares);
  }

  private static LineSeries drawn(Subject subject, String state, double[] values) {
    var series =
        LineSeries.from(0, Findings.name(subject.name(), state), values).in(subject.name());
    return isOutput(subject.layer(), state) ? series : series.with(Mark.DASHED);
  }

  /// Whether a state is the output of the layer.
  static boolean isOutput(Look.Layer layer, String state) {
    return layer.cell().states().size() == 1 || layer.cell().output().equals(state + "'");
  }

  /// The norms of the gradients of all states by step.
  static Panel steps(SequencedMap<String, List<Subject>> stages) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    stages.forEach((stage, subjects) -> {
      var series = new ArrayList<LineSeries>();
      for (var subject : subjects) {
        for (String state : subject.layer().cell().states()) {
          var norms = subject.layer().gradientNorms().get(state + "'");
          if (norms != null) {
            series.add(drawn(subject, state, norms));
          }
        }
      }
      choices.add(new Choice<>(stage, series));
    });
    return new Lines(Captions.STEPS, Axis.counted("step t"), Axis.log("norm of the gradient"),
        choices);
  }

  /// The contribution of each step to the gradient of each matrix.
  static Panel contributions(List<Subject> subjects) {
    return new Lines(Captions.CONTRIBUTIONS, Axis.counted("step t"), Axis.log("norm"),
        subjects.stream().map(subject -> new Choice<>(subject.name(),
            subject.layer().contributions().entrySet().stream()
                .map(matrix -> LineSeries.from(0, "d" + matrix.getKey(), matrix.getValue()))
                .toList()))
            .toList());
  }
}
