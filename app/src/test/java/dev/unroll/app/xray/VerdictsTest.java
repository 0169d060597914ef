package dev.unroll.app.xray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.app.page.Verdict.Tone;
import dev.unroll.app.xray.Verdicts.Made;
import dev.unroll.app.xray.Verdicts.Stage;
import dev.unroll.cell.Cells;
import dev.unroll.cell.rewrite.DirectPath;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Initializer;
import dev.unroll.inspect.LagProfile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictsTest {
  private static double falls(int lag) {
    return Math.pow(0.5, lag / 4.0);
  }

  private static double grows(int lag) {
    return Math.pow(1.2, lag);
  }

  private static LagProfile profile(String state, int lags, IntToDoubleFunction norm) {
    double[] norms = new double[lags];
    Arrays.setAll(norms, norm);
    int[] counts = new int[norms.length];
    Arrays.fill(counts, 1);
    return new LagProfile("layer0", false, state, norms, counts);
  }

  private static String found(IntToDoubleFunction norm) {
    return Verdicts.found(profile("h", 61, norm), Stage.TRAINED);
  }

  private static String advice(Cell cell, Stage stage, double clip, IntToDoubleFunction norm) {
    var paths = new LinkedHashMap<String, Expr>();
    cell.states().forEach(state -> paths.put(state, DirectPath.of(cell, state).path()));
    return Verdicts.of(cell.name(), cell, List.of(profile(cell.states().getFirst(), 61, norm)),
        new Made(paths, 1, 200, clip, stage), "").text();
  }

  @Test
  void aStraightProfileHasNoBend() {
    assertThat(found(VerdictsTest::falls)).startsWith(
        "the gradient halves every 4.0 steps; from more than 39 steps back less than a thousandth");
  }

  /// A slow memory is seen a step later: its gradient rises before it falls.
  @Test
  void aBendInTheProfileIsSaid() {
    assertThat(found(k -> Math.pow(0.97, k) * (k == 0 ? 0.2 : 1))).isEqualTo(
        "the gradient halves every 22.8 steps on the whole, and slower at first; 80 % of it is left"
            + " 60 steps back.");
    assertThat(found(k -> (k == 0 ? 10 : 1) * Math.pow(0.5, k / 4.0))).startsWith(
        "the gradient halves every 4.0 steps on the whole, and faster at first; from more than 26");
    assertThat(found(k -> k < 50 ? Math.pow(0.99, k) : Math.pow(0.1, k - 48))).contains(
        "on the whole, and slower at first; from more than 51 steps");
  }

  /// "The gradient halves every 10.6 steps; 85 % of it is left 9 steps back", where 55 % would be.
  /// Without a remark, what is left is what the half-life says.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void whatIsLeftAgreesWithTheHalfLifeOrTheSentenceSaysThatItBends(int shape) {
    IntToDoubleFunction norm = switch (shape) {
      case 0 -> k -> Math.pow(0.93, k);
      case 1 -> k -> k < 8 ? 1 : Math.pow(0.6, k - 7);
      case 2 -> k -> Math.pow(0.7, Math.min(k, 4)) * Math.pow(0.99, k);
      case 3 -> k -> k == 0 ? 1 : 0.5 * Math.pow(0.98, k);
      case 4 -> k -> k == 0 ? 1 : 1.4 * Math.pow(0.93, k);
      case 5 -> k -> Math.exp(-0.002 * k * k);
      case 6 -> k -> 1 / (1.0 + k);
      default -> k -> 0.2 + 0.8 * Math.pow(0.8, k);
    };
    for (int lags = 5; lags < 40; lags++) {
      var profile = profile("h", lags, norm);
      var said = Pattern.compile(
          "halves every ([0-9.]+) steps( on the whole, and (.*))?; ([0-9.]+) % of it is left "
              + "([0-9]+) steps")
          .matcher(Verdicts.found(profile, Stage.TRAINED));
      if (!said.find()) {
        continue;
      }
      int back = Integer.parseInt(said.group(5));
      double left = Double.parseDouble(said.group(4)) / 100;
      double there = norm.applyAsDouble(back) / norm.applyAsDouble(0);
      double line = Math.pow(0.5, back / profile.halfLife());
      assertThat(left).as(said.group()).isCloseTo(there, within(left < 0.1 ? 6e-4 : 6e-3));
      if (said.group(2) == null) {
        assertThat(there / line).as(said.group()).isBetween(1 / 1.2001, 1.2001);
        continue;
      }
      int half = (back + 1) / 2;
      double middle = norm.applyAsDouble(half);
      double first = Math.pow(middle / norm.applyAsDouble(0), 1.0 / half);
      double second = Math.pow(norm.applyAsDouble(back) / middle, 1.0 / (back - half));
      assertThat(said.group(3)).as(said.group()).isIn("not evenly",
          first < second ? "faster at first" : "slower at first");
    }
  }

  /// A profile that falls at the end was said to be "faster at first": less was left than the line
  /// said, from which that was concluded.
  @Test
  void whatFallsAtTheEndIsNotFasterAtFirst() {
    assertThat(Verdicts.found(profile("h", 20, k -> k < 15 ? 1 : Math.pow(0.5, k - 14)),
        Stage.TRAINED)).contains("on the whole, and slower at first; 3.1 % of it");
  }

  /// It fell at first, and is less in the end than it was: that does not double.
  @Test
  void whatIsSmallerAtTheEndHasNotGrown() {
    assertThat(found(k -> k == 0 ? 1 : 0.1 * Math.pow(1.02, k))).isEqualTo(
        "the gradient neither falls nor grows steadily: 33 % of it is left 60 steps back.");
    assertThat(Verdicts.before(List.of(
        profile("h", 61, k -> k == 0 ? 1 : 0.1 * Math.pow(1.02, k)))))
        .isEqualTo("neither fell nor grew steadily");
  }

  /// A thousandth of the largest, where the chart shows a tenth of the first.
  @Test
  void aThousandthIsOfWhatTheSentenceNames() {
    assertThat(found(k -> (k == 0 ? 0.01 : 1) * Math.pow(0.8, k)))
        .contains("less than a thousandth of its largest value arrives");
    assertThat(found(k -> Math.pow(0.8, k))).contains("less than a thousandth of it arrives");
  }

  /// "The gradient halves every 39.8 steps; 119 % of it is left 46 steps back."
  @Test
  void whatIsLargerAtTheEndHasNotFallen() {
    assertThat(found(k -> k == 0 ? 1 : 2 * Math.pow(0.99, k))).isEqualTo(
        "the gradient keeps its size: 109 % of it is left 60 steps back.");
  }

  /// h was called the best path, since the rate over its whole fit is nearer to 1: "h … more than
  /// 39 steps" although c reaches a thousandth only at 64.
  @Test
  void theBestPathIsTheOneThatReachesFarthest() {
    var h = profile("h", 200, k -> k < 40 ? Math.pow(0.83, k) : Math.pow(0.83, 40));
    var c = profile("c", 200, k -> Math.pow(0.9, k));
    assertThat(h.rate()).isGreaterThan(c.rate());
    assertThat(Verdicts.best(List.of(h, c))).isSameAs(c);
    assertThat(Verdicts.best(List.of(c, h))).isSameAs(c);
    assertThat(Verdicts.of("lstm", Cells.find("lstm"), List.of(h, c)).text())
        .startsWith("On its best path, the state c,").contains("from more than 65 steps back");
  }

  @Test
  void ofTwoThatReachToTheEndTheOneOfWhichMoreIsLeftIsTheBest() {
    var h = profile("h", 20, k -> Math.pow(0.9, k));
    var c = profile("c", 20, k -> 5 * Math.pow(0.95, k));
    assertThat(Verdicts.best(List.of(h, c))).isSameAs(c);
  }

  /// 1.2 a step "kept its size: 430 %" over 10 steps.
  @ParameterizedTest
  @ValueSource(ints = {4, 10, 40})
  void whatGrowsDoesNotKeepItsSizeHoweverFewStepsThereAre(int lags) {
    assertThat(Verdicts.found(profile("h", lags, VerdictsTest::grows), Stage.TRAINED))
        .isEqualTo("the gradient doubles every 3.8 steps back in time.");
    assertThat(Verdicts.found(profile("h", lags, k -> Math.pow(1 / 1.2, k)), Stage.FRESH))
        .startsWith("the gradient halves every 3.8 steps");
  }

  /// A gradient that grew before training had "kept its size".
  @Test
  void whatWasBeforeIsSaidInTheSameWords() {
    assertThat(Verdicts.before(List.of(profile("h", 40, VerdictsTest::grows))))
        .isEqualTo("doubled every 3.8 steps");
    assertThat(Verdicts.before(List.of(profile("h", 40, VerdictsTest::falls))))
        .isEqualTo("halved every 4.0 steps");
    assertThat(Verdicts.before(List.of(profile("h", 40, k -> 2)))).isEqualTo("kept its size");
    assertThat(Verdicts.before(List.of(profile("h", 40, k -> k == 0 ? 1 : 0))))
        .isEqualTo("did not come back to the step before");
  }

  /// A rate that cannot be told from 1 is not called a size that was kept where little is left.
  @Test
  void littleIsNotCalledItsSize() {
    assertThat(found(k -> k == 0 ? 1 : 0.12)).startsWith(
        "the gradient neither falls nor grows steadily: 12 % of it is left 60 steps back");
    assertThat(found(k -> 3 + 0.001 * (k % 2))).startsWith("the gradient keeps its size: 100 %");
    assertThat(Verdicts.found(profile("h", 1, k -> 1), Stage.FRESH)).contains("there is one step");
    assertThat(found(k -> k == 0 ? 1 : 0)).isEqualTo("no gradient comes back to the step before.");
  }

  /// What a fresh cell will learn is not known from its initial values.
  @Test
  void ofFreshCellsNothingIsSaidAboutLearning() {
    var rnn = Cells.find("rnn");
    assertThat(advice(rnn, Stage.FRESH, 1, VerdictsTest::falls)).isEqualTo(
        "The gradient halves every 4.0 steps; from more than 39 steps back less than a thousandth "
            + "of"
            + " it arrives before anything is learned. If training does not change that, try an "
            + "LSTM"
            + " or a GRU, or Ω (preserveGradients).");
    assertThat(advice(rnn, Stage.TRAINED, 1, VerdictsTest::falls))
        .contains("so that what lies there hardly teaches it now. Try an LSTM");
    assertThat(advice(rnn, Stage.SOLVED, 1, VerdictsTest::falls))
        .endsWith("hardly teaches it now.");
  }

  /// The bias that opens the gate, with its sign: z keeps in one GRU and renews in the other.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "lstm             | f     | --init bf=3 or --init 'bf=chrono(200)'",
    "lstm-peephole    | f     | --init bf=3 or --init 'bf=chrono(200)'",
    "lstm-coupled     | 1 - i | --init bi=-3 or --init 'bi=chrono(-200)'",
    "gru              | z     | --init bz=3 or --init 'bz=chrono(200)'",
    "gru-reset-before | 1 - z | --init bz=-3 or --init 'bz=chrono(-200)'",
    "mgu              | 1 - f | --init bf=-3 or --init 'bf=chrono(-200)'",
    "two-speed        | a     | --init p=3 or --init 'p=chrono(200)'"})
  void theBiasOfTheGateIsOfferedWithItsSign(String cell, String gate, String init) {
    assertThat(advice(Cells.find(cell), Stage.FRESH, 1, VerdictsTest::falls)).endsWith(
        ("The gate that lets it through is %s, which training may open; to have it begin farther "
            + "open: %s.")
            .formatted(gate, init));
  }

  /// A GRU as chapters write it, with names of one's own.
  @Test
  void theGateOfAnyCellIsFound() {
    var cell = Cell.parse("own", """
        u  = σ(Wu x + (Uu h + shift))
        n  = tanh(Wn x + Un h + bn)
        h' = h + u * (n - h)
        """);
    assertThat(advice(cell, Stage.FRESH, 1, VerdictsTest::falls)).contains("--init shift=-3 ");
    var indrnn = advice(Cells.find("indrnn"), Stage.FRESH, 1, VerdictsTest::falls);
    assertThat(indrnn).contains("past all matrices, is").doesNotContain("--init");
  }

  /// bf=1 gave "try bf=3", that "clip, or a smaller U", and that "try bf=3": each piece of advice
  /// is followed until there is none, and none takes another back.
  @ParameterizedTest
  @EnumSource(Stage.class)
  void adviceDoesNotGoInCircles(Stage stage) {
    var lstm = Cells.find("lstm");
    var three = lstm.initializer("bf", Initializer.parse("bf", "3"));
    var spread = lstm.initializer("bf", Initializer.parse("bf", "chrono(200)"));
    var five = lstm.initializer("bf", Initializer.parse("bf", "6"));
    if (stage != Stage.SOLVED) {
      assertThat(advice(lstm, stage, 1, VerdictsTest::falls)).contains("--init bf=3 ");
      assertThat(advice(three, stage, 1, VerdictsTest::falls)).contains("--init 'bf=chrono(200)'")
          .doesNotContain("bf=3");
    }
    assertThat(advice(spread, stage, 1, VerdictsTest::falls)).doesNotContain("--init");
    assertThat(advice(five, stage, 1, VerdictsTest::falls)).doesNotContain("--init");
    for (var cell : List.of(lstm, three, spread, five)) {
      assertThat(advice(cell, stage, 1, VerdictsTest::grows)).doesNotContain("--init", "--clip",
          " U");
    }
    if (stage != Stage.SOLVED) {
      assertThat(advice(three, stage, 0.5, VerdictsTest::grows))
          .endsWith("Clipping at norm 0.5, as here, keeps its steps short.");
      assertThat(advice(three, stage, 0, VerdictsTest::grows))
          .endsWith("Clip the gradient (--clip 1).");
    }
  }

  @Test
  void aChronoThatShutsTheGateIsNotTakenForAnOpenOne() {
    var shut = Cells.find("gru-reset-before")
        .initializer("bz", Initializer.parse("bz", "chrono(200)"));
    assertThat(advice(shut, Stage.FRESH, 1, VerdictsTest::falls)).contains("--init bz=-3 ");
  }

  @Test
  void aGradientThatGrowsALittleIsNothingToChange() {
    var lstm = Cells.find("lstm");
    assertThat(Verdicts.of("lstm", lstm, List.of(profile("c", 61, k -> Math.pow(1.005, k))))
        .tone()).isEqualTo(Tone.OK);
    assertThat(Verdicts.of("lstm", lstm, List.of(profile("c", 61, VerdictsTest::grows))).tone())
        .isEqualTo(Tone.BAD);
  }

  /// "The gradient doubles every 0.0 steps back in time."
  @Test
  void whatIsNotFiniteDoesNotDouble() {
    assertThat(found(k -> Double.NaN))
        .isEqualTo("the gradient is not finite: what the model computes is no number.");
    assertThat(Verdicts.before(List.of(profile("h", 9, k -> Double.NaN))))
        .isEqualTo("was not finite");
    assertThat(found(k -> Double.POSITIVE_INFINITY))
        .isEqualTo("the gradient explodes to infinity back in time.");
    var lstm = Cells.find("lstm");
    var broken = List.of(profile("h", 9, k -> Double.NaN), profile("c", 9, k -> Double.NaN));
    var verdict = Verdicts.of("lstm", lstm, broken);
    assertThat(verdict.tone()).isEqualTo(Tone.BAD);
    assertThat(advice(Cells.find("rnn"), Stage.FRESH, 1, k -> Double.NaN))
        .endsWith(
            "is no number. Look at its equations and initial values, or lower the learning rate.");
  }

  /// "On its best path, the state c, there is one step"
  @Test
  void oneStepHasNoBestPath() {
    assertThat(Verdicts.of("lstm", Cells.find("lstm"),
        List.of(profile("h", 1, k -> 1), profile("c", 1, k -> 1))).text())
        .isEqualTo("There is one step, and so no gradient over time to look at.");
  }
}
