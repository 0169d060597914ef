package dev.unroll.app.xray;

import dev.unroll.app.page.Readout;
import dev.unroll.app.page.Verdict;
import dev.unroll.app.page.Verdict.Tone;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.inspect.LagProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Verdicts about gradients, in words with numbers: for an untrained cell only what holds before
/// training.
final class Verdicts {
  /// The share of a gradient below which hardly anything can be learned.
  private static final double NOTHING = 1e-3;

  /// The factor by which what is left may differ from what the half-life says without a remark:
  /// about what both are rounded to, so that who multiplies sees no contradiction.
  private static final double BEND = 1.2;

  /// Falls of the two halves of a profile within this factor are alike.
  private static final double EVEN = 1.2;

  /// A gradient within this factor, up or down, counts as preserved.
  private static final double KEPT = 2;

  /// A gradient that grows by more than this should be clipped.
  private static final double MUCH = 10;

  /// The longest direct path in a sentence.
  private static final int WORDS = 40;

  private Verdicts() {}

  /// The construction of a cell and its state of training.
  ///
  /// @param paths the direct paths of its states
  /// @param gain 1 if its recurrent matrices began orthogonal, and the factor if they began so but
  ///     for a factor; NaN otherwise
  /// @param time T, over which something is to be remembered
  /// @param clip the largest norm of the gradient, 0 for no clipping
  /// @param stage how far it has come
  record Made(SequencedMap<String, Expr> paths, double gain, int time, double clip,
      Stage stage) {}

  /// The stages of training.
  enum Stage {
    /// Untrained: initial values do not tell what it will learn.
    FRESH,
    /// Trained, with a loss not far below that of a model without memory.
    TRAINED,
    /// Trained, and it remembers.
    SOLVED
  }

  /// The verdict about a layer of a trained model.
  ///
  /// @param lags of all its states; the verdict is about the state whose gradient reaches farthest
  static Verdict of(String name, Cell cell, List<LagProfile> lags) {
    var best = best(lags);
    return new Verdict(name, capital(path(cell, best) + found(best, Stage.TRAINED)), tone(best));
  }

  /// The verdict about an untrained cell, with suggestions.
  ///
  /// @param lags likewise
  /// @param made to suggest only what it does not have already
  /// @param learned the result of training, or empty
  static Verdict of(String name, Cell cell, List<LagProfile> lags, Made made, String learned) {
    var best = best(lags);
    var text = capital(path(cell, best) + found(best, made.stage()))
        + (made.stage() == Stage.SOLVED ? "" : cure(best, cell, made));
    return new Verdict(name, learned.isEmpty() ? text : text + " " + learned, tone(best));
  }

  /// The state whose gradient reaches farthest before less than a thousandth is left; of several
  /// with the same reach, the one with the most left.
  static LagProfile best(List<LagProfile> lags) {
    return lags.stream().max(Comparator.<LagProfile>comparingInt(lag -> lag.reach(NOTHING))
        .thenComparingDouble(lag -> lag.share(lag.norms().length - 1))).orElseThrow();
  }

  private static String path(Cell cell, LagProfile best) {
    return cell.states().size() == 1 || best.norms().length == 1 ? ""
        : "on its best path, the state %s, ".formatted(best.state());
  }

  static String found(LagProfile lag, Stage stage) {
    int most = lag.norms().length - 1;
    if (most == 0) {
      return "there is one step, and so no gradient over time to look at.";
    }
    if (comesBack(lag)) {
      return steady(lag, most);
    }
    return switch (lag.verdict()) {
      case VANISHES -> lag.rate() == 0 ? "no gradient comes back to the step before."
          : "the gradient halves every %s steps%s.".formatted(number(lag.halfLife()),
              fallen(lag, most, stage));
      case NOT_FINITE -> "the gradient is not finite: what the model computes is no number.";
      case EXPLODES -> doubles(lag)
          ? "the gradient doubles every %s steps back in time.".formatted(
              number(lag.doublingTime()))
          : "the gradient explodes to infinity back in time.";
      case STEADY -> steady(lag, most);
    };
  }

  private static String steady(LagProfile lag, int most) {
    return "the gradient %s: %s of it is left %s back.".formatted(
        isKept(lag.share(lag.to())) ? "keeps its size" : "neither falls nor grows steadily",
        left(lag), steps(most));
  }

  /// Whether it seems to fall or to grow, by the slope over all lags, but nothing is lost or won at
  /// the last one: it grew or fell first.
  private static boolean comesBack(LagProfile lag) {
    double end = lag.share(lag.to());
    return switch (lag.verdict()) {
      case VANISHES -> end >= 1;
      case EXPLODES -> doubles(lag) && lag.to() == lag.norms().length - 1 && end <= 1;
      case NOT_FINITE, STEADY -> false;
    };
  }

  /// The same in a few words, for the moment before.
  static String before(List<LagProfile> lags) {
    var lag = best(lags);
    if (comesBack(lag)) {
      return isKept(lag.share(lag.to())) ? "kept its size" : "neither fell nor grew steadily";
    }
    return switch (lag.verdict()) {
      case VANISHES -> lag.rate() == 0 ? "did not come back to the step before"
          : "halved every %s steps".formatted(number(lag.halfLife()));
      case NOT_FINITE -> "was not finite";
      case EXPLODES -> doubles(lag)
          ? "doubled every %s steps".formatted(number(lag.doublingTime()))
          : "exploded";
      case STEADY -> isKept(lag.share(lag.to())) ? "kept its size"
          : "neither fell nor grew steadily";
    };
  }

  /// Whether it grows at a measurable rate, without an immediate overflow.
  private static boolean doubles(LagProfile lag) {
    return lag.doublingTime() > 0 && Double.isFinite(lag.doublingTime());
  }

  private static String fallen(LagProfile lag, int most, Stage stage) {
    int reach = lag.reach(NOTHING);
    return reach == most
        ? "%s; %s of it is left %s back".formatted(bend(lag, most), left(lag), steps(most))
        : "%s; from more than %s back less than a thousandth of %s arrives%s".formatted(
            bend(lag, reach), steps(reach), risesBefore(lag) ? "its largest value" : "it",
            stage == Stage.FRESH ? " before anything is learned"
                : ", so that what lies there hardly teaches it now");
  }

  /// Whether the largest share is well above the first, of which the chart shows the shares.
  private static boolean risesBefore(LagProfile lag) {
    return IntStream.range(0, lag.norms().length).anyMatch(k -> lag.share(k) > BEND);
  }

  /// A remark if the profile is not a straight line: by the half-life more or less would be left
  /// at a lag than there is. Which half falls faster is looked up, not concluded: what is left may
  /// be little because it fell at first or because it fell at the end.
  private static String bend(LagProfile lag, int at) {
    double line = at * Math.log(lag.rate());
    double end = Math.log(lag.share(at));
    if (Math.abs(line - end) <= Math.log(BEND)) {
      return "";
    }
    int middle = (at + 1) / 2;
    double start = Math.log(lag.share(0));
    double half = Math.log(lag.share(middle));
    double first = Double.isFinite(start) ? (half - start) / middle : Double.POSITIVE_INFINITY;
    double second = at == middle ? first : (end - half) / (at - middle);
    boolean alike = Math.abs(first - second) * at / 2 <= Math.log(EVEN);
    return " on the whole, and " + (alike ? "not evenly"
        : first < second ? "faster at first" : "slower at first");
  }

  private static boolean isKept(double share) {
    return share >= 1 / KEPT && share <= KEPT;
  }

  private static String steps(int n) {
    return n == 1 ? "one step" : String.format(Locale.ROOT, "%,d steps", n);
  }

  /// The gradient at the last lag, as in the chart.
  private static String left(LagProfile lag) {
    double share = lag.share(lag.to());
    return share < 1e-3 ? Readout.of(share)
        : String.format(Locale.ROOT, share < 0.1 ? "%.1f %%" : "%,.0f %%", 100 * share);
  }

  private static String cure(LagProfile lag, Cell cell, Made made) {
    if (comesBack(lag)) {
      return "";
    }
    return switch (lag.verdict()) {
      case VANISHES -> lag.reach(NOTHING) == lag.norms().length - 1 ? ""
          : opened(lag, cell, made);
      case EXPLODES -> shortened(made);
      case STEADY -> "";
      case NOT_FINITE -> " Look at its equations and initial values, or lower the learning rate.";
    };
  }

  /// Suggests nothing that the cure of a vanishing gradient reverts, or the two would alternate
  /// forever.
  private static String shortened(Made made) {
    boolean gated = made.paths().values().stream().anyMatch(Verdicts::passes);
    return (made.clip() > 0
        ? " Clipping at norm %s, as here, keeps its steps short".formatted(
            Readout.of(made.clip()))
        : " Clip the gradient (--clip 1)")
        + (gated || made.gain() == 1 ? "."
            : "; from an orthogonal U%s it grows less.".formatted(
                Double.isNaN(made.gain()) ? "" : " of gain 1"));
  }

  private static String opened(LagProfile lag, Cell cell, Made made) {
    boolean fresh = made.stage() == Stage.FRESH;
    var paths = Stream.concat(Stream.ofNullable(made.paths().get(lag.state())),
        made.paths().values().stream()).filter(Verdicts::passes).toList();
    if (paths.isEmpty()) {
      return " %s an LSTM or a GRU,%s or Ω (preserveGradients).".formatted(
          fresh ? "If training does not change that, try" : "Try",
          made.gain() == 1 ? ""
              : Double.isNaN(made.gain()) ? " an orthogonal U,"
                  : " the gain 1 for its orthogonal U,");
    }
    var gate = paths.stream().flatMap(path -> Gate.of(cell, path).stream()).findFirst();
    if (gate.isEmpty()) {
      var text = paths.getFirst().text();
      return text.length() > WORDS ? ""
          : " What lets it through, past all matrices, is %s.".formatted(text);
    }
    var more = gate.get().opened(made.time());
    return " The gate that lets it through is %s%s%s.".formatted(gate.get().path(),
        fresh ? ", which training may open" : more.isEmpty() ? ": train on" : "",
        more.isEmpty() ? "" : "; to have it begin farther open: " + more);
  }

  /// Whether the path is not zero.
  private static boolean passes(Expr path) {
    return !(path instanceof Expr.Constant(var value) && value == 0);
  }

  private static Tone tone(LagProfile lag) {
    return switch (lag.verdict()) {
      case VANISHES -> lag.reach(NOTHING) < lag.norms().length - 1 ? Tone.BAD : Tone.OK;
      case NOT_FINITE -> Tone.BAD;
      case EXPLODES -> lag.share(lag.to()) <= MUCH && doubles(lag)
          ? Tone.OK
          : Tone.BAD;
      case STEADY -> isKept(lag.share(lag.to())) ? Tone.GOOD : Tone.OK;
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
