package dev.unroll.app.run;

import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingSession.RateSweep;
import java.util.Collections;

/// The range test of learning rates, for the screen: a dozen rates with the loss at each, and a
/// suggested one.
public final class RateTrial {
  private static final double LOWEST = 1e-5;
  private static final double HIGHEST = 10;
  private static final int STEPS = 100;

  /// The number of steps between printed lines.
  private static final int EVERY = 8;

  private static final int WIDTH = 40;

  /// A training with a range test.
  public interface Tried {
    RateSweep rangeTest(double from, double to, int steps);
  }

  private RateTrial() {}

  /// Runs the test and prints it; nothing is saved.
  ///
  /// @param unit of the loss
  /// @return the exit code
  /// @throws IllegalArgumentException if the loss never falls, so that no rate can be named
  public static int show(Tried training, String unit, RunOptions options, Terminal terminal) {
    if (!options.quiet) {
      terminal.println("%d steps at learning rates from %s to %s"
          .formatted(STEPS, rate(LOWEST), rate(HIGHEST)));
    }
    var sweep = training.rangeTest(LOWEST, HIGHEST, STEPS);
    if (sweep.rates().isEmpty() || !(sweep.suggestion() > sweep.rates().getFirst())) {
      throw new IllegalArgumentException(
          ("the loss falls at none of the learning rates from %s to %s, expected that it falls at "
              + "some;")
              .formatted(rate(LOWEST), rate(HIGHEST))
              + " look at the data, or take other initial values, a larger --batch or stronger "
              + "--clip");
    }
    if (!options.quiet) {
      terminal.println(table(sweep, unit));
    }
    terminal.println(verdict(sweep));
    return 0;
  }

  private static String table(RateSweep sweep, String unit) {
    var losses = sweep.smoothed();
    double least = Collections.min(losses);
    double first = losses.getFirst();
    var table = new StringBuilder("\n   rate     loss, %s\n".formatted(unit));
    for (int i = 0; i < losses.size(); i++) {
      if (i % EVERY == 0 || i == losses.size() - 1) {
        // Losses above the first one fill the line.
        double share = Math.clamp((losses.get(i) - least) / (first - least), 0, 1);
        table.append("  %-8s %8.4f  %s%n".formatted(rate(sweep.rates().get(i)), losses.get(i),
            "█".repeat(1 + (int) Math.round(share * (WIDTH - 1)))));
      }
    }
    return table.toString();
  }

  private static String verdict(RateSweep sweep) {
    int lowest = sweep.smoothed().indexOf(Collections.min(sweep.smoothed()));
    var suggestion = rate(sweep.suggestion());
    var end = sweep.rates().size() == STEPS ? ""
        : "; at %s it is four times that, or gradients are NaN or infinite"
            .formatted(rate(sweep.rates().getLast()));
    return """
        The loss falls fastest at %s and is lowest at %s%s.
        Begin with --learning-rate %s, or a third of it where training is long."""
        .formatted(suggestion, rate(sweep.rates().get(lowest)), end, suggestion);
  }

  private static String rate(double rate) {
    return "%.2g".formatted(rate);
  }
}
