package dev.unroll.app.xray;

import dev.unroll.Engine;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Readout;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.Verdict;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.Text;
import dev.unroll.expr.Cell;
import dev.unroll.inspect.Look;
import dev.unroll.inspect.Spectrum;
import dev.unroll.inspect.surface.LossSlice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Compares untrained cells: how far back their gradients reach before, midway and after a short
/// training, and the activity of their gates.
public final class Comparison {
  /// The tolerance for singular values of an orthogonal matrix of floats to be 1.
  private static final double ROUNDING = 1e-3;

  /// A task is learned if the loss is below this share of that without memory.
  private static final double LEARNED = 0.5;

  private final ComparisonOptions options;
  private final List<Specimen> specimens;

  private Comparison(ComparisonOptions options, List<Specimen> specimens) {
    this.options = options;
    this.specimens = specimens;
  }

  /// Trains the cells, inspects them, and makes a page of the findings.
  ///
  /// @param progress receives lines for the screen
  /// @throws IllegalArgumentException if a quantity is in none of the cells, or a sequence is too
  ///     long to be kept in memory
  public static Page page(Engine engine, List<Cell> cells, ComparisonOptions options,
      Consumer<String> progress) throws IOException {
    requireQuantities(cells, options.quantities());
    var specimens = new ArrayList<Specimen>();
    for (int i = 0; i < cells.size(); i++) {
      var name = name(cells, i);
      progress.accept("%s: %s of training on %s, T = %,d".formatted(name,
          Specimen.steps(options.steps()), options.task().title(), options.time()));
      specimens.add(Specimen.of(engine, name, cells.get(i), options));
    }
    return new Comparison(options, specimens).page();
  }

  /// The name of a cell, with a number if there are several of it.
  private static String name(List<Cell> cells, int i) {
    var name = cells.get(i).name();
    long before = cells.subList(0, i).stream().filter(cell -> cell.name().equals(name)).count();
    return before == 0 ? name : "%s (%d)".formatted(name, before + 1);
  }

  private static void requireQuantities(List<Cell> cells, List<String> quantities) {
    var known = cells.stream().flatMap(cell -> cell.equations().stream())
        .map(equation -> equation.name()).distinct().toList();
    for (String quantity : quantities) {
      if (!known.contains(quantity)) {
        throw new IllegalArgumentException("--quantities %s: no cell computes it; there are %s"
            .formatted(quantity, String.join(", ", known)));
      }
    }
  }

  private Page page() {
    var page = Page.of("X-ray of %d cells".formatted(specimens.size()),
        "%s, T = %,d, %d units, batches of %d, %s of training, seed %d".formatted(
            options.task().title(), options.time(), options.hidden(), options.batch(),
            Specimen.steps(options.steps()), options.seed()))
        .colors(specimens.stream().map(Specimen::name).toList())
        .verdicts(specimens.stream().map(this::verdict).toList())
        .with(Section.of("How far back does it reach?", reach().toArray(Panel[]::new)));
    if (options.steps() > 0) {
      page = page.with(Section.pairs("Training", TrainingPanels.losses(traces(), baseline()),
          TrainingPanels.clipping(traces()), TrainingPanels.ratios(traces())));
    }
    return page
        .with(Section.of("Step by step",
            HighwayPanels.split(of(f -> f.splits())),
            JacobianPanels.jacobians(of(f -> f.jacobians())),
            JacobianPanels.spectra(spectra()),
            FlowPanels.contributions(specimens.stream()
                .flatMap(s -> FlowPanels.Subject.of(s.name(), s.last()).stream()).toList())))
        .with(gates())
        .with(new Section("The loss surface", true, surface()))
        .with(Section.of("", new Text(Captions.EQUATIONS, equations())));
  }

  private Verdict verdict(Specimen specimen) {
    var found = specimen.last();
    return Verdicts.of(specimen.name(), specimen.cell(), found.lags(),
        new Verdicts.Made(found.paths(found.look().layers().getFirst()), gain(specimen),
            options.time(), options.clip(), stage(specimen)),
        learned(specimen));
  }

  private Verdicts.Stage stage(Specimen specimen) {
    return specimen.stages().size() == 1 ? Verdicts.Stage.FRESH
        : specimen.end().isEmpty() && specimen.trace().lastLoss() < LEARNED * baseline()
            ? Verdicts.Stage.SOLVED
            : Verdicts.Stage.TRAINED;
  }

  /// By how much a step of orthogonal matrices makes a vector longer; of several matrices that
  /// which is farthest from 1.
  private static double gain(Specimen specimen) {
    double gain = 1;
    for (var matrices : specimen.at(Specimen.BEFORE).spectra().values()) {
      for (var matrix : matrices.values()) {
        double largest = matrix.norm();
        double least = matrix.singularValues()[matrix.singularValues().length - 1];
        if (!(largest - least < ROUNDING * largest)) {
          return Double.NaN;
        }
        if (Math.abs(largest - 1) >= ROUNDING && Math.abs(largest - 1) > Math.abs(gain - 1)) {
          gain = largest;
        }
      }
    }
    return gain;
  }

  private String learned(Specimen specimen) {
    if (options.steps() == 0) {
      return "";
    }
    if (!specimen.end().isEmpty()) {
      return "Training broke off: " + specimen.end();
    }
    return "%s the loss is %s (without memory %s); before training the gradient %s."
        .formatted(Verdicts.capital(Specimen.after(specimen.trace().steps())),
            Readout.of(specimen.trace().lastLoss()),
            Readout.of(baseline()),
            Verdicts.before(specimen.at(Specimen.BEFORE).lags()));
  }

  private double baseline() {
    return options.task().baseline(options.time());
  }

  private List<Panel> reach() {
    return List.of(FlowPanels.lags(stages(), specimens.getFirst().last().averaged()),
        HighwayPanels.carried(carried()),
        FlowPanels.steps(stages()));
  }

  private SequencedMap<String, TrainingTrace> traces() {
    var traces = new LinkedHashMap<String, TrainingTrace>();
    specimens.forEach(s -> traces.put(s.name(), s.trace()));
    return traces;
  }

  /// The moments that every training reached, the last one first, as readers look for it.
  private List<String> moments() {
    return specimens.getFirst().stages().sequencedKeySet().reversed().stream()
        .filter(moment -> specimens.stream().allMatch(s -> s.stages().containsKey(moment)))
        .toList();
  }

  private SequencedMap<String, List<FlowPanels.Subject>> stages() {
    var stages = new LinkedHashMap<String, List<FlowPanels.Subject>>();
    for (String moment : moments()) {
      var subjects = new ArrayList<FlowPanels.Subject>();
      specimens.forEach(
          s -> subjects.addAll(FlowPanels.Subject.of(s.name(), s.at(moment))));
      stages.put(moment, subjects);
    }
    return stages;
  }

  private SequencedMap<String, List<HighwayPanels.Way>> carried() {
    var stages = new LinkedHashMap<String, List<HighwayPanels.Way>>();
    for (String moment : moments()) {
      stages.put(moment, specimens.stream()
          .flatMap(s -> HighwayPanels.Way.of(s.name(), s.at(moment)).stream()).toList());
    }
    return stages;
  }

  /// The last findings of each specimen.
  private <T> SequencedMap<String, T> of(Function<Findings, SequencedMap<String, T>> what) {
    var all = new LinkedHashMap<String, T>();
    for (var specimen : specimens) {
      var found = what.apply(specimen.last());
      found.forEach((key, value) -> all.put(renamed(specimen, key, found), value));
    }
    return all;
  }

  /// The cell's name in place of that of its only layer, with the state if there are several.
  private static String renamed(Specimen specimen, String key, Map<String, ?> among) {
    int dot = key.indexOf(" · ");
    return among.size() == 1 || dot < 0 ? specimen.name() : specimen.name() + key.substring(dot);
  }

  private SequencedMap<String, SequencedMap<String, Spectrum>> spectra() {
    var spectra =
        new LinkedHashMap<String, SequencedMap<String, Spectrum>>();
    for (var specimen : specimens) {
      specimen.last().spectra().values().forEach(one -> spectra.put(specimen.name(), one));
    }
    return spectra;
  }

  private Section gates() {
    var looks = new LinkedHashMap<String, Look>();
    specimens.forEach(s -> looks.put(s.name(), s.last().look()));
    var subjects = specimens.stream()
        .flatMap(s -> FlowPanels.Subject.of(s.name(), s.last()).stream()).toList();
    var panels = new ArrayList<Panel>();
    panels.add(GatePanels.heat(subjects, looks.firstEntry().getValue(), 0, List.of()));
    panels.addAll(GatePanels.saturation(looks));
    return new Section("Gates and states at the end", false, panels);
  }

  private List<Panel> surface() {
    var panels = new ArrayList<Panel>();
    if (specimens.stream().anyMatch(s -> !s.slices().isEmpty())) {
      var slices = new LinkedHashMap<String, SequencedMap<String, LossSlice>>();
      specimens.forEach(s -> slices.put(s.name(), s.slices()));
      panels.addAll(LossPanels.slices(slices));
    }
    panels.addAll(LossPanels.smallest());
    return panels;
  }

  private List<Choice<String>> equations() {
    return specimens.stream().map(s -> new Choice<>(s.name(), s.cell().toString())).toList();
  }
}
