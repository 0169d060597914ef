package dev.unroll.app.xray;

import dev.unroll.Engine;
import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.Verdict;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.app.page.panel.Text;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Microscope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;

/// Inspects a trained model while it reads: how far back its gradient reaches, the activity of its
/// gates, the patterns that its units follow, and the influence of inputs on outputs.
public final class Examination {
  private static final int DECADES = 4;
  private static final String NOW = "";

  private final ReadingModel reading;
  private final Findings found;

  private Examination(ReadingModel reading, Findings found) {
    this.reading = reading;
    this.found = found;
  }

  /// Inspects a model and makes a page of the findings.
  ///
  /// @param quantities of the equations that are shown at every step; empty for all
  /// @throws IllegalArgumentException if a quantity is in no layer, or the examples are too long to
  ///     be kept in memory
  /// @throws IllegalStateException if the loss is not finite
  /// @throws CancellationException if the thread is interrupted
  public static Page page(Engine engine, ReadingModel reading, List<String> quantities) {
    var microscope = reading.microscope().apply(engine);
    var found = Findings.of(engine, microscope, reading.examples(), quantities);
    if (!Double.isFinite(found.look().loss())) {
      throw new IllegalStateException(
          ("the loss of %s is %s, as its numbers grow beyond a float, though its parameters are "
              + "finite; train the model anew, with a lower learning rate or stronger clipping")
              .formatted(reading.name(), found.look().loss()));
    }
    return new Examination(reading, found).page(microscope);
  }

  /// Ends an inspection that nobody waits for any more, between two parts of it.
  ///
  /// @throws CancellationException if the thread was interrupted
  static void requireGoingOn() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the inspection was stopped");
    }
  }

  private Page page(Microscope microscope) {
    var subjects = FlowPanels.Subject.of("", found);
    var stages = new LinkedHashMap<String, List<FlowPanels.Subject>>();
    stages.put(NOW, subjects);
    var carried = new LinkedHashMap<String, List<HighwayPanels.Way>>();
    carried.put(NOW, HighwayPanels.Way.of("", found));
    var page = Page.of("X-ray of " + reading.name(), reading.what())
        .figures(List.of(new Figure("loss", "%.4f".formatted(found.look().loss())),
            new Figure("steps", "%,d".formatted(steps())),
            new Figure("memory of the look", "%,.0f MB".formatted(found.look().bytes() / 1e6))))
        .colors(found.look().layers().stream().map(Look.Layer::name).toList())
        .verdicts(verdicts())
        .with(Section.of("How far back does it reach?", FlowPanels.lags(stages, found.averaged()),
            HighwayPanels.carried(carried), FlowPanels.steps(stages)));
    var sides = sides(subjects);
    var reads = new ArrayList<Panel>();
    sides.forEach((tokens, layers) -> {
      if (!tokens.isEmpty()) {
        reads.add(GatePanels.painted(layers, found.look(), tokens));
      }
    });
    if (!reading.tokens().isEmpty()) {
      reads.add(influence(microscope));
    }
    reads.addAll(AttentionPanels.of(found.look(), reading));
    sides.forEach((tokens, layers) -> reads.add(
        GatePanels.heat(layers, found.look(), 0, tokens)));
    var looks = new LinkedHashMap<String, Look>();
    looks.put("", found.look());
    reads.addAll(GatePanels.saturation(looks));
    return page.with(new Section("What it does while it reads", false, reads))
        .with(Section.of("Step by step", HighwayPanels.split(found.splits()),
            JacobianPanels.jacobians(found.jacobians()), JacobianPanels.spectra(found.spectra()),
            FlowPanels.contributions(subjects)))
        .with(Section.of("", new Text(Captions.EQUATIONS, found.look().layers().stream()
            .map(layer -> new Choice<>(layer.name(), layer.cell().toString())).toList())));
  }

  /// The layers of the encoder and those of the decoder, each by the tokens at their steps.
  private SequencedMap<List<String>, List<FlowPanels.Subject>> sides(
      List<FlowPanels.Subject> subjects) {
    var sides = new LinkedHashMap<List<String>, List<FlowPanels.Subject>>();
    for (var subject : subjects) {
      var tokens = subject.layer().writes()
          ? reading.written(subject.layer().lengths().getFirst())
          : reading.tokens();
      sides.computeIfAbsent(tokens, _ -> new ArrayList<>()).add(subject);
    }
    return sides;
  }

  private int steps() {
    return found.look().lengths().getFirst();
  }

  private List<Verdict> verdicts() {
    return found.look().layers().stream().map(layer -> Verdicts.of(layer.name(), layer.cell(),
        found.lags().stream().filter(lag -> lag.layer().equals(layer.name())).toList())).toList();
  }

  private Panel influence(Microscope microscope) {
    requireGoingOn();
    boolean stepwise = reading.targets().isEmpty();
    var influence = microscope.influence(reading.shown());
    int rows = influence.positions().length;
    double most = 0;
    for (double[] row : influence.norms()) {
      for (double norm : row) {
        most = Math.max(most, norm);
      }
    }
    var range = Range.decades(most > 0 ? most : 1, DECADES);
    int columns = reading.tokens().size();
    return new InfluenceMap(Captions.INFLUENCE, reading.tokens(), reading.targets(),
        Heat.of(stepwise ? columns : reading.targets().size(), columns, range,
            (t, s) -> at(influence, rows, t, s)));
  }

  private static float at(dev.unroll.inspect.Influence influence, int rows, int t, int s) {
    for (int i = 0; i < rows; i++) {
      if (influence.positions()[i] == t) {
        return s < influence.norms()[i].length ? (float) influence.norms()[i][s] : Float.NaN;
      }
    }
    return Float.NaN;
  }
}
