package dev.unroll.app.xray;

import dev.unroll.app.page.Verdict;
import dev.unroll.app.page.Verdict.Tone;
import dev.unroll.expr.Cell;
import dev.unroll.inspect.LagProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What was found about gradients, in words with numbers.
final class Verdicts {
  /// Of a gradient that has shrunk to this share next to nothing is left to learn from.
  private static final double NOTHING = 1e-3;

  /// By so much a profile may differ from the straight line of its half-life before it is said.
  private static final double BEND = 3;

  private Verdicts() {}

  /// How a cell is made.
  ///
  /// @param paths the direct paths of its states
  /// @param orthogonal whether its recurrent matrices began orthogonal
  record Made(List<String> paths, boolean orthogonal) {}

  /// Of a layer of a trained model.
  ///
  /// @param lags of all its states; what counts is the state whose gradient reaches farthest
  static Verdict of(String name, Cell cell, List<LagProfile> lags) {
    var best = best(lags);
    return new Verdict(name, capital(path(cell, best) + found(best)), tone(best));
  }

  /// Of a fresh cell, with what to try.
  ///
  /// @param lags likewise
  /// @param made to tell what can be tried from what is there already
  /// @param learned what training came to, or empty
  static Verdict of(String name, Cell cell, List<LagProfile> lags, Made made, String learned) {
    var best = best(lags);
    var gates = made.paths().stream().filter(path -> !path.equals("0")).toList();
    var text = capital(path(cell, best) + found(best)) + cure(best, cell, gates, made.orthogonal());
    return new Verdict(name, learned.isEmpty() ? text : text + " " + learned, tone(best));
  }

  private static LagProfile best(List<LagProfile> lags) {
    return lags.stream().max(Comparator.comparingDouble(Verdicts::reach)).orElseThrow();
  }

  private static String path(Cell cell, LagProfile best) {
    return cell.states().size() == 1 ? ""
        : "on its best path, the state %s, ".formatted(best.state());
  }

  private static double reach(LagProfile lag) {
    return lag.verdict() == LagProfile.Verdict.VANISHES ? lag.rate() : 2;
  }

  static String found(LagProfile lag) {
    int most = lag.norms().length - 1;
    return switch (lag.verdict()) {
      case VANISHES -> {
        int reach = lag.reach(NOTHING);
        yield "the gradient halves every %s steps%s; %s.".formatted(number(lag.halfLife()),
            reach < most ? bend(lag, reach) : "",
            reach < most
                ? "from more than %,d steps back less than a thousandth arrives, and next to nothing"
                    .formatted(reach) + " can be learned from there"
                : "%s of it are left %s back".formatted(left(lag), steps(most)));
      }
      case EXPLODES -> Double.isFinite(lag.doublingTime())
          ? "the gradient doubles every %s steps on its way back.".formatted(
              number(lag.doublingTime()))
          : "the gradient explodes beyond all numbers on its way back.";
      case STEADY -> "the gradient keeps its size: %s of it are left %s back."
          .formatted(left(lag), steps(most));
    };
  }

  /// What the half-life does not say where the profile is no straight line: by it a thousandth would be left
  /// somewhere else than a thousandth is.
  private static String bend(LagProfile lag, int reach) {
    double line = Math.pow(lag.rate(), reach);
    return line > BEND * NOTHING ? " on the whole, and faster at first"
        : line < NOTHING / BEND ? " on the whole, and slower at first"
            : "";
  }

  private static String steps(int n) {
    return n == 1 ? "one step" : "%,d steps".formatted(n);
  }

  /// The gradient at the last lag as a share of that at the first of the fit.
  private static String left(LagProfile lag) {
    double share = lag.norms()[lag.to()] / lag.norms()[lag.from()];
    return share >= 0.01 ? "%.0f %%".formatted(100 * share)
        : String.format(Locale.ROOT, "%.2g", share);
  }

  private static String cure(
      LagProfile lag, Cell cell, List<String> gates, boolean orthogonal) {
    return switch (lag.verdict()) {
      case VANISHES -> gates.isEmpty()
          ? " Try an LSTM or a GRU,%s or Ω (preserveGradients)."
              .formatted(orthogonal ? "" : " an orthogonal U,")
          : " The gate that lets it through is %s: have it begin nearer to 1%s, or train on."
              .formatted(gates.getFirst(), bias(cell, gates.getFirst()));
      case EXPLODES -> " Clip the gradient (--clip 1), or begin with a smaller U.";
      case STEADY -> "";
    };
  }

  /// How to say so, where the gate has a bias of its own.
  private static String bias(Cell cell, String gate) {
    return cell.shapes().vectors().containsKey("b" + gate)
        ? " (--init b%s=3 or b%s=chrono(T))".formatted(gate, gate)
        : "";
  }

  private static Tone tone(LagProfile lag) {
    return switch (lag.verdict()) {
      case VANISHES -> lag.reach(NOTHING) < lag.norms().length - 1 ? Tone.BAD : Tone.OK;
      case EXPLODES -> Tone.BAD;
      case STEADY -> Tone.GOOD;
    };
  }

  private static String number(double value) {
    return value < 100 ? "%.1f".formatted(value) : "%,.0f".formatted(value);
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
