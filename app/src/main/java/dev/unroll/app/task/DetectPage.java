package dev.unroll.app.task;

import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.series.Track;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.detect.Judgement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The page of a detector on a series: what was seen, what was expected, and where the distance
/// between them gave an alarm.
public final class DetectPage {
  private static final String SEEN = "seen";
  private static final String EXPECTED = "expected";
  private static final String ALARM = "alarm";

  /// The number of steps up to which each is drawn; of more, the oddest of each stretch.
  private static final int MOST = 3_000;

  /// The number of alarms that are listed.
  private static final int LISTED = 20;

  private DetectPage() {}

  /// The page.
  ///
  /// @param name of the run
  /// @param track what was judged
  /// @param judged what the detector said of each step ([#judged])
  /// @param data what it is, in words
  public static Page of(String name, Detector detector, Track track, List<Judgement> judged,
      String data) {
    int[] shown = shown(judged);
    long alarms = judged.stream().filter(Judgement::alarm).count();
    long count = judged.stream().filter(Judgement::isJudged).count();
    var thinned = shown.length == judged.size() ? ""
        : " Of each stretch of the %d steps, the one with the largest distance is drawn."
            .formatted(judged.size());
    return Page.of(name, data).colors(List.of(SEEN, EXPECTED, ALARM))
        .figures(List.of(new Figure("steps that were judged", Long.toString(count)),
            new Figure("alarms", Long.toString(alarms)),
            new Figure("threshold", number(detector.threshold()))))
        .with(Section.of("", Lines.of(
            Caption.of("Alarms",
                "The values, what was expected at each step, and the steps whose distance is beyond"
                    + " the threshold." + thinned),
            Axis.counted("step"), Axis.linear(detector.target()), values(judged, shown)),
            Lines.of(
                Caption.of("Distance",
                    "How far the error of a forecast is from the mean of recent errors, in their "
                        + "standard deviations; beyond the dashed line there is an alarm."),
                Axis.counted("step"), Axis.linear("distance"),
                distances(judged, shown, detector.threshold()))))
        .with(Section.of("", listed(track, judged),
            Text.of(Caption.of("What was understood", ""), String.join("\n", detector.notes()))));
  }

  /// What a detector says of each step of a track.
  public static List<Judgement> judged(Detector detector, Track track) {
    var watch = detector.watch();
    var judged = new ArrayList<Judgement>(track.length());
    for (double value : track.columns()[0]) {
      judged.add(watch.next(value));
    }
    return judged;
  }

  /// The steps to be drawn, with all alarms.
  private static int[] shown(List<Judgement> judged) {
    int n = judged.size();
    if (n <= MOST) {
      return IntStream.range(0, n).toArray();
    }
    var oddest = Comparator.comparingDouble(
        (Integer t) -> judged.get(t).isJudged() ? judged.get(t).distance() : -1);
    return IntStream.concat(
        IntStream.range(0, MOST).map(i -> IntStream
            .range((int) ((long) i * n / MOST), (int) ((i + 1L) * n / MOST)).boxed()
            .max(oddest).orElseThrow()),
        IntStream.range(0, n).filter(t -> judged.get(t).alarm())).sorted().distinct().toArray();
  }

  private static List<LineSeries> values(List<Judgement> judged, int[] shown) {
    var alarms = IntStream.of(shown).filter(t -> judged.get(t).alarm()).toArray();
    return List.of(
        LineSeries.of(SEEN, x(shown),
            IntStream.of(shown).mapToDouble(t -> judged.get(t).value()).toArray()),
        LineSeries.of(EXPECTED, x(shown),
            IntStream.of(shown).mapToDouble(t -> judged.get(t).expected()).toArray())
            .with(Mark.DOTTED),
        LineSeries.of(ALARM, x(alarms),
            IntStream.of(alarms).mapToDouble(t -> judged.get(t).value()).toArray())
            .with(Mark.STARS));
  }

  private static List<LineSeries> distances(List<Judgement> judged, int[] shown,
      double threshold) {
    return List.of(
        LineSeries.of("distance", x(shown),
            IntStream.of(shown).mapToDouble(t -> judged.get(t).distance()).toArray()),
        LineSeries.of("threshold", List.of(0, judged.size() - 1), List.of(threshold, threshold))
            .with(Mark.DASHED));
  }

  private static double[] x(int[] steps) {
    return IntStream.of(steps).asDoubleStream().toArray();
  }

  private static TableElement listed(Track track, List<Judgement> judged) {
    var alarms = IntStream.range(0, judged.size()).filter(t -> judged.get(t).alarm()).boxed()
        .sorted(Comparator.comparingDouble((Integer t) -> -judged.get(t).distance())).limit(LISTED)
        .map(t -> List.of(String.valueOf(track.stamp(t)), number(judged.get(t).value()),
            number(judged.get(t).expected()), number(judged.get(t).distance())))
        .toList();
    return TableElement.of(
        Caption.of("The largest distances", alarms.isEmpty() ? "There was no alarm." : ""),
        List.of("time", SEEN, EXPECTED, "distance"), alarms);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
