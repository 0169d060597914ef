package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.score.NabScore.Judged;
import dev.unroll.score.NabScore.Profile;
import dev.unroll.score.NabScore.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Against the examples that the benchmark's own repository tests its scorer with (numenta/NAB,
/// `tests/integration/scorer_test.py` and the comments of `nab/sweeper.py`), and against a plain
/// count.
class NabScoreTest {
  private static final Profile ONES = new Profile("ones", 1, 1, 1);

  @Test
  void theSigmoidHasTheValuesThatTheBenchmarkDocuments() {
    assertThat(NabScore.sigmoid(-1)).isCloseTo(0.98661, within(5e-6));
    assertThat(NabScore.sigmoid(-0.5)).isCloseTo(0.84828, within(5e-6));
    assertThat(NabScore.sigmoid(0)).isZero();
    assertThat(NabScore.sigmoid(1)).isCloseTo(-0.98661, within(5e-6));
    assertThat(NabScore.sigmoid(3)).isEqualTo(-1);
  }

  /// `testScoringAllMetrics`: 100 steps, two windows of five; alarms at the first two steps of the
  /// first window and at the third step behind it; −0.9540.
  @Test
  void allThatCanHappenIsScoredAsTheBenchmarkDoes() {
    var scores = new double[100];
    scores[30] = 1;
    scores[31] = 1;
    scores[37] = 1;
    var series = new Judged(scores, List.of(new Window(30, 34), new Window(65, 69)));
    assertThat(NabScore.raw(series, 0.5, ONES)).isCloseTo(-0.9540, within(5e-5));
  }

  /// `testNullCase`, `testRewardLowFalseNegatives`, `testRewardLowFalsePositives`.
  @Test
  void nothingFalseAlarmsAndMissesAreScoredAsTheBenchmarkDoes() {
    assertThat(NabScore.raw(new Judged(new double[10], List.of()), 0.5, ONES)).isZero();
    var missed = new Judged(new double[100], List.of(new Window(45, 54)));
    assertThat(NabScore.raw(missed, 0.5, ONES)).isEqualTo(-1);
    assertThat(NabScore.raw(missed, 0.5, new Profile("", 1, 0.055, 2))).isEqualTo(-2);
    var scores = new double[100];
    scores[0] = 1;
    var alarm = new Judged(scores, List.of());
    assertThat(NabScore.raw(alarm, 0.5, ONES)).isEqualTo(-1);
    assertThat(NabScore.raw(alarm, 0.5, new Profile("", 1, 2, 0.5))).isEqualTo(-2);
  }

  @Test
  void perfectIsOneHundredAndSilenceIsNothing() {
    var scores = new double[1000];
    scores[400] = 3;
    var series = List.of(new Judged(scores, List.of(new Window(400, 449))));
    for (var profile : Profile.ALL) {
      assertThat(NabScore.best(series, profile).score()).isCloseTo(100, within(1e-9));
      assertThat(NabScore.best(series, profile).threshold()).isEqualTo(3);
      assertThat(NabScore.of(series, 4, profile).score()).isZero();
    }
    assertThat(NabScore.probation(4032)).isEqualTo(604);
    assertThat(NabScore.probation(18050)).isEqualTo(750);
    assertThatThrownBy(
        () -> NabScore.best(List.of(new Judged(scores, List.of())), Profile.STANDARD))
        .hasMessageContaining("no window");
  }

  /// Every threshold counted anew, with alarms and windows in sets, as one would with pencil and
  /// paper.
  @Test
  void theBestThresholdIsThatOfAPlainCount() {
    var random = new Random(5);
    for (int round = 0; round < 20; round++) {
      var all = new ArrayList<Judged>();
      for (int s = 0; s < 3; s++) {
        var scores = random.doubles(60 + 30 * s, 0, 1).map(x -> Math.rint(20 * x)).toArray();
        all.add(new Judged(scores, s == 1 ? List.of()
            : List.of(new Window(20, 26 + s), new Window(40, 43))));
      }
      for (var profile : Profile.ALL) {
        double best = plain(all, 99, profile);
        for (int threshold = 0; threshold <= 20; threshold++) {
          double found = plain(all, threshold, profile);
          assertThat(NabScore.of(all, threshold, profile).raw()).isCloseTo(found, within(1e-9));
          best = Math.max(best, found);
        }
        assertThat(NabScore.best(all, profile).raw()).isCloseTo(best, within(1e-9));
      }
    }
  }

  private static double plain(List<Judged> all, double threshold, Profile profile) {
    double sum = 0;
    for (var series : all) {
      Map<Window, Double> best = new HashMap<>();
      series.windows().forEach(w -> best.put(w, -profile.miss()));
      for (int i = NabScore.probation(series.scores().length); i < series.scores().length; i++) {
        if (series.scores()[i] < threshold) {
          continue;
        }
        Window inside = null;
        Window before = null;
        for (var w : series.windows()) {
          inside = i >= w.from() && i <= w.to() ? w : inside;
          before = w.to() < i ? w : before;
        }
        if (inside != null) {
          double y = -(inside.to() - i + 1.0) / (inside.to() - inside.from() + 1);
          double worth = profile.hit() * NabScore.sigmoid(y) / NabScore.sigmoid(-1);
          best.put(inside, Math.max(worth, best.getOrDefault(inside, 0.0)));
        } else {
          double y = before == null ? 9
              : (i - before.to()) / (double) (before.to() - before.from());
          sum += profile.falseAlarm() * NabScore.sigmoid(y);
        }
      }
      sum += best.values().stream().mapToDouble(b -> b).sum();
    }
    return sum;
  }
}
