package dev.unroll.app.run.report;

import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.app.run.display.Pace;
import dev.unroll.app.run.report.Curves.Point;
import dev.unroll.app.run.report.History.Validated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The page of a run, `report.html`: its curves, samples and settings.
public final class Report {
  private static final Axis STEP = Axis.counted("step");
  private static final String CLIPPING = "https://arxiv.org/abs/1211.5063";

  private final Path file;
  private final Description description;

  /// @param file the file of the page; it is replaced atomically
  public Report(Path file, Description description) {
    this.file = file;
    this.description = description;
  }

  /// Writes the current page.
  public void write(History history) throws IOException {
    page(history).write(file);
  }

  private Page page(History history) {
    var points = history.points();
    var page = Page.of(name(), description.summary()).figures(figures(history));
    if (!points.isEmpty()) {
      var effects = EffectPanels.of(points);
      page = page.with(Section.of("", loss(history), norm(points)))
          .with(new Section("", false, effects.isEmpty() ? List.of(clipped(points)) : effects))
          .with(Section.pairs("", rate(points), speed(points)));
    }
    var samples = history.epochs().stream().filter(epoch -> !epoch.sample().isEmpty()).toList();
    if (!samples.isEmpty()) {
      page = page.with(Section.of("", samples(samples)));
    }
    page = page.with(Section.pairs("", cell(), settings()));
    return history.epochs().isEmpty() ? page : page.with(Section.of("", epochs(history)));
  }

  private String name() {
    return String.valueOf(file.toAbsolutePath().normalize().resolveSibling("").getFileName());
  }

  private List<Figure> figures(History history) {
    var figures = new ArrayList<Figure>();
    best(history).ifPresent(epoch -> description.tiles(epoch)
        .forEach((label, value) -> figures.add(new Figure(label, value.toString()))));
    double seconds = history.points().stream().mapToDouble(Point::seconds).sum();
    double counted = history.points().stream().mapToDouble(Point::characters).sum();
    figures.add(new Figure("epochs",
        "%d of %d".formatted(history.epochs().size(), description.recipe().epochs())));
    figures.add(new Figure("training time", Pace.duration(seconds)));
    figures.add(new Figure(description.counted() + "/s",
        "%,.0f".formatted(seconds > 0 ? counted / seconds : 0)));
    return figures;
  }

  /// The epoch whose parameters are kept: without validation the last.
  private Optional<Validated> best(History history) {
    if (!description.validates()) {
      return history.epochs().isEmpty() ? Optional.empty()
          : Optional.of(history.epochs().getLast());
    }
    return history.epochs().stream().min(Comparator.comparingDouble(Validated::validationLoss));
  }

  private Lines loss(History history) {
    var unit = description.unit();
    var series = new ArrayList<LineSeries>();
    series.add(series("training", history.points(), Point::loss).with(Mark.SMOOTHED));
    if (!description.validates()) {
      return loss(unit,
          "Lower is better; nothing validates here, so that it does not say what the model"
              + " makes of other examples.",
          series);
    }
    series.add(validation("validation", history.epochs()).with(Mark.DOTS));
    best(history).ifPresent(
        epoch -> series.add(validation("best", List.of(epoch)).with(Mark.STARS)));
    return loss(unit,
        "Lower is better; where the training loss keeps falling and the validation loss"
            + " does not, the model learns its examples by heart.",
        series);
  }

  private static Lines loss(String unit, String caption, List<LineSeries> series) {
    return Lines.of(Caption.of("Loss", caption), STEP,
        Axis.linear(unit.isEmpty() ? "loss" : "loss, " + unit), series);
  }

  private static LineSeries validation(String name, List<Validated> epochs) {
    return LineSeries.of(name, epochs.stream().map(Validated::step).toList(),
        epochs.stream().map(Validated::validationLoss).toList());
  }

  private Lines norm(List<Point> points) {
    double clip = description.recipe().clipping().norm();
    var what = clip == 0 ? "nothing is clipped here."
        : "where it is longer than %s it is shortened to that and keeps its direction."
            .formatted(clip);
    return Lines.of(
        Caption.of("Gradient norm", "The length of the gradient of all weights together; " + what)
            .with("g ← g · min(1, c / ‖g‖)", CLIPPING),
        STEP, Axis.log("norm"),
        List.of(series("largest before clipping", points, Point::largestNorm).with(Mark.FAINT),
            series("before clipping", points, Point::norm),
            series("after clipping", points, Point::clippedNorm).with(Mark.DASHED)));
  }

  private static Lines clipped(List<Point> points) {
    return Lines.of(
        Caption.of("Steps clipped", "How many of the steps had a gradient that was too long; nearly"
            + " all of them means that the clip sets the step, not the learning rate."),
        STEP, Axis.share("share of steps"),
        List.of(series("clipped", points, point -> (double) point.clipped() / point.steps())
            .with(Mark.SMOOTHED)));
  }

  private static Lines rate(List<Point> points) {
    return Lines.of(
        Caption.of("Learning rate", "How large the steps are, by the schedule of the run."),
        STEP, Axis.linear("learning rate").from(0, Double.NaN),
        List.of(series("learning rate", points, Point::learningRate)));
  }

  private Lines speed(List<Point> points) {
    return Lines.of(
        Caption.of("Speed", "A dip is a machine that had something else to do."),
        STEP, Axis.linear(description.counted() + " per second").from(0, Double.NaN),
        List.of(series(description.counted() + "/s", points,
            point -> point.characters() / point.seconds()).with(Mark.SMOOTHED)));
  }

  private static LineSeries series(String name, List<Point> points, Function<Point, Double> value) {
    return LineSeries.of(name, points.stream().map(Point::step).toList(),
        points.stream().map(value).toList());
  }

  private Text cell() {
    return Text.of(Caption.of("The cell", "The equations of one step; a dash is a new state, h is"
        + " the last one."), description.equations());
  }

  private static Text samples(List<Validated> written) {
    return new Text(Caption.of("What it writes", ""),
        written.reversed().stream()
            .map(epoch -> new Choice<>("after epoch " + epoch.epoch(), epoch.sample())).toList());
  }

  private TableElement settings() {
    return TableElement.of(Caption.of("Settings", ""), List.of(),
        description.table().entrySet().stream()
            .map(entry -> List.of(entry.getKey(), entry.getValue().toString())).toList());
  }

  private TableElement epochs(History history) {
    var columns = new ArrayList<>(List.of("epoch", "training loss"));
    if (description.validates()) {
      columns.add("validation loss");
    }
    boolean measured = !description.measure().isEmpty();
    if (measured) {
      columns.add(description.measure());
    }
    var rows = history.epochs().stream().map(epoch -> {
      var row = new ArrayList<>(List.of(String.valueOf(epoch.epoch()),
          ShortNumber.of(epoch.trainLoss())));
      if (description.validates()) {
        row.add(ShortNumber.of(epoch.validationLoss()));
      }
      if (measured) {
        row.add(description.measured(epoch));
      }
      return (List<String>) row;
    }).toList();
    int marked = best(history).map(history.epochs()::indexOf).orElse(-1);
    return new TableElement(Caption.of("Epochs", ""), columns, rows, marked);
  }
}
