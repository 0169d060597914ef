package dev.unroll.app.page;

import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Painted;
import dev.unroll.app.page.panel.Parallel;
import dev.unroll.app.page.panel.Range;
import dev.unroll.app.page.panel.Scatter;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Pages that show every kind of panel, with made-up values.
final class Gallery {
  static final String TEXT = """
      “Ay, my lord,” she said (softly), “the 4 winds and 20 ships are gone.”
      He stood; the Captain turned away. “So be it,” he said.
      """;

  private Gallery() {}

  /// A page of a sequence that is so long and a layer that is so wide.
  static Page of(int steps, int units) {
    var tokens = tokens(steps);
    var gate = Heat.of(units, steps, Range.UNIT, gate());
    var state = Heat.of(units, steps, Range.BOTH, state(tokens));
    var heats = List.of(new Choice<>("layer 1 · f", gate), new Choice<>("layer 1 · c", state));
    return Page.of("Every kind of panel", "Made-up values")
        .figures(List.of(new Figure("steps", "" + steps), new Figure("units", "" + units)))
        .verdicts(List.of(
            new Verdict("simple RNN", "the gradient halves every 3.1 steps.", Verdict.Tone.BAD),
            new Verdict("GRU", "the gradient halves every 48 steps.", Verdict.Tone.OK),
            new Verdict("LSTM", "the gradient keeps its size.", Verdict.Tone.GOOD)))
        .with(Section.of("Curves", lags(), many(), curve()))
        .with(Section.of("States",
            new HeatMap(Caption.of("Gates over time", "A strong color is an open gate."), "unit",
                tokens, heats),
            new Painted(Caption.of("One unit over the text", "Orange is positive, blue negative."),
                tokens, heats.reversed()),
            influence(tokens)))
        .with(Section.pairs("Shares", saturation(units), texts(), table(), trials()));
  }

  private static List<String> tokens(int steps) {
    var text = TEXT.repeat(steps / TEXT.length() + 1);
    return IntStream.range(0, steps).mapToObj(i -> text.substring(i, i + 1)).toList();
  }

  private static Heat.Values gate() {
    return (unit, step) -> (float) (0.5 + 0.5 * Math.sin((step + 1.0) * (unit + 1) / 40));
  }

  /// Unit 3 is inside quotation marks, the others wave.
  private static Heat.Values state(List<String> tokens) {
    var quoted = new boolean[tokens.size()];
    boolean open = false;
    for (int i = 0; i < quoted.length; i++) {
      open |= tokens.get(i).equals("“");
      quoted[i] = open;
      open &= !tokens.get(i).equals("”");
    }
    return (unit, step) -> unit == 3
        ? quoted[step] ? 0.9f : -0.4f
        : (float) Math.sin(step * (unit + 1) / 25.0);
  }

  private static Lines lags() {
    var caption = Caption.of("How far the gradient reaches",
        "A straight line down means that each step back loses the same share.")
        .with("‖∂L_t/∂h_{t−k}‖", "https://arxiv.org/abs/1211.5063");
    var before = List.of(decay("simple RNN", 0.8), decay("GRU", 0.97), decay("LSTM", 0.995),
        decay("exploding", 1.12).with(Mark.DASHED));
    var after = List.of(decay("simple RNN", 0.85), decay("GRU", 0.99), decay("LSTM", 1));
    return new Lines(caption, Axis.linear("lag (steps back)"), Axis.log("gradient norm"),
        List.of(new Choice<>("before training", before), new Choice<>("after", after)));
  }

  private static LineSeries decay(String name, double rate) {
    return LineSeries.from(0, name, IntStream.range(0, 100).mapToDouble(k -> Math.pow(rate, k))
        .toArray());
  }

  private static Lines many() {
    var series = new ArrayList<LineSeries>();
    for (int row = 0; row < 12; row++) {
      for (int seed = 0; seed < 2; seed++) {
        var random = new SplittableRandom(31L * row + seed);
        int from = 3 * row;
        var values = IntStream.range(0, 40)
            .mapToDouble(
                i -> 1 / (1 + Math.exp((i - from) / 4.0)) + 0.02 + 0.02 * random.nextDouble())
            .toArray();
        var x = IntStream.range(0, 40).mapToDouble(i -> 250 * (i + 1)).toArray();
        series
            .add(LineSeries.of("row %d, seed %d".formatted(row, seed), x, values).in("row " + row));
      }
    }
    return Lines.of(Caption.of("Many runs", "Curves of one color are runs of one row."),
        Axis.linear("step"), Axis.linear("loss"), series);
  }

  private static Lines curve() {
    var random = new SplittableRandom(7);
    var loss = IntStream.range(0, 800)
        .mapToDouble(i -> 3 / Math.sqrt(1 + i / 20.0) + random.nextDouble() / 3).toArray();
    loss[400] = Double.NaN;
    var ends = new double[] {200, 400, 600, 800};
    return Lines.of(Caption.of("Loss", "Lower is better."), Axis.linear("step"),
        Axis.linear("nats"),
        List.of(LineSeries.from(1, "training", loss).with(Mark.SMOOTHED),
            LineSeries.of("validation", ends, new double[] {1.2, 0.9, 0.8, 0.82}).with(Mark.DOTS),
            LineSeries.of("best", new double[] {600}, new double[] {0.8}).with(Mark.STARS),
            LineSeries.from(1, "area", Arrays.stream(loss).map(v -> v / 4).toArray())
                .with(Mark.AREA, Mark.FAINT)));
  }

  private static InfluenceMap influence(List<String> tokens) {
    int n = tokens.size();
    return new InfluenceMap(
        Caption.of("What counted", "Point at a letter: those in strong colors counted for it."),
        tokens, List.of(), Heat.of(n, n, Range.decades(1, 6),
            (t, s) -> s > t ? 0 : (float) Math.pow(0.8, t - s)));
  }

  private static Scatter saturation(int units) {
    var random = new SplittableRandom(3);
    var gates = new ArrayList<Choice<List<Scatter.Point>>>();
    for (var gate : List.of("i", "f", "o")) {
      var points = new ArrayList<Scatter.Point>();
      for (int unit = 0; unit < units; unit++) {
        double left = random.nextDouble();
        points.add(new Scatter.Point(left, random.nextDouble() * (1 - left), unit));
      }
      gates.add(new Choice<>(gate, points));
    }
    return new Scatter(Caption.of("Saturation", "Dots near a corner are always open or closed."),
        "share of time below 0.1", "share of time above 0.9", gates);
  }

  private static Parallel trials() {
    var random = new SplittableRandom(11);
    var paths = new ArrayList<Parallel.Path>();
    for (int trial = 0; trial < 27; trial++) {
      double rate = 0.002 * Math.pow(16, random.nextDouble() - 0.5);
      double hidden = 8 * (4 + random.nextInt(12));
      double off = Math.abs(Math.log(rate / 0.003));
      paths.add(new Parallel.Path(trial == 0 ? "trial 0, the defaults" : "trial " + trial,
          List.of(rate, hidden, 0.7 * random.nextDouble(), 0.9 - 0.1 * off), trial == 0));
    }
    return new Parallel(Caption.of("Search", "Each line is a trial."),
        List.of(new Parallel.Scale("rate", true), new Parallel.Scale("hidden", true),
            new Parallel.Scale("dropout", false), new Parallel.Scale("accuracy", false)),
        paths, true);
  }

  private static Text texts() {
    return new Text(Caption.of("What it writes", ""),
        List.of(new Choice<>("after epoch 2", "To be </script><!-- or"),
            new Choice<>("after epoch 1", "eeeee @data@ t")));
  }

  private static TableElement table() {
    return new TableElement(Caption.of("Rows", ""), List.of("cell", "parameters", "loss"),
        List.of(List.of("lstm", "1,234", "0.51"), List.of("gru", "925", "0.49")), 1);
  }
}
