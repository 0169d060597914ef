package dev.unroll.app.xray;

import dev.unroll.app.page.Axis;
import dev.unroll.app.page.Choice;
import dev.unroll.app.page.Lines;
import dev.unroll.app.page.Panel;
import dev.unroll.app.page.Series;
import dev.unroll.app.page.Series.Mark;
import dev.unroll.inspect.LagProfile;
import dev.unroll.inspect.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Norms of gradients by lag and by step, drawn.
final class FlowPanels {
  private FlowPanels() {}

  /// Something that was looked at: a cell among others, or a layer of a model.
  ///
  /// @param name of its curves
  /// @param layer of the look
  record Subject(String name, Look.Layer layer, List<LagProfile> lags) {
    /// One for each layer.
    ///
    /// @param cell what stands in place of the layer's name; empty for a model with several
    static List<Subject> of(String cell, Findings findings) {
      return findings.look().layers().stream().map(layer -> new Subject(
          cell.isEmpty() ? layer.name() : cell, layer,
          findings.lags().stream().filter(lag -> lag.layer().equals(layer.name())).toList()))
          .toList();
    }
  }

  /// The norms by lag; the state that is put out with a full line, others dashed.
  ///
  /// @param stages by the name of the moment
  static Panel lags(SequencedMap<String, List<Subject>> stages) {
    var choices = new ArrayList<Choice<List<Series>>>();
    stages.forEach((stage, subjects) -> choices.add(new Choice<>(stage, grouped(subjects.stream()
        .flatMap(subject -> subject.lags().stream().map(lag -> series(subject, lag)))
        .toList()))));
    return new Lines(Captions.LAGS, Axis.linear("lag k (steps back)"),
        Axis.log("norm of the gradient"), choices);
  }

  private static Series series(Subject subject, LagProfile lag) {
    var series = Series.from(0, subject.name() + " · " + lag.state(), lag.norms())
        .in(subject.name());
    return isOutput(subject.layer(), lag.state()) ? series : series.with(Mark.DASHED);
  }

  /// States of one subject alone have a colour each, those of several the colour of theirs.
  private static List<Series> grouped(List<Series> series) {
    return series.stream().map(Series::group).distinct().count() > 1 ? series
        : series.stream().map(one -> one.in(one.name())).toList();
  }

  private static boolean isOutput(Look.Layer layer, String state) {
    return layer.cell().states().size() == 1 || layer.cell().output().equals(state + "'");
  }

  /// The norms of the gradients of all states by step.
  static Panel steps(SequencedMap<String, List<Subject>> stages) {
    var choices = new ArrayList<Choice<List<Series>>>();
    stages.forEach((stage, subjects) -> {
      var series = new ArrayList<Series>();
      for (var subject : subjects) {
        for (String state : subject.layer().cell().states()) {
          var norms = subject.layer().gradientNorms().get(state + "'");
          if (norms != null) {
            var line = Series.from(0, subject.name() + " · " + state, norms).in(subject.name());
            series.add(isOutput(subject.layer(), state) ? line : line.with(Mark.DASHED));
          }
        }
      }
      choices.add(new Choice<>(stage, grouped(series)));
    });
    return new Lines(Captions.STEPS, Axis.linear("step t"), Axis.log("norm of the gradient"),
        choices);
  }

  /// The part of each step of the gradient of each matrix.
  static Panel contributions(List<Subject> subjects) {
    return new Lines(Captions.CONTRIBUTIONS, Axis.linear("step t"), Axis.log("norm"),
        subjects.stream().map(subject -> new Choice<>(subject.name(),
            subject.layer().contributions().entrySet().stream()
                .map(matrix -> Series.from(0, "d" + matrix.getKey(), matrix.getValue()))
                .toList()))
            .toList());
  }
}
