package dev.unroll.app.run.display;

import dev.unroll.train.TrainingListener.Step;
import java.util.function.BooleanSupplier;

/// The progress of a run, smoothed for reading: the loss over about the last two seconds of
/// training, the speed over the last ten, and the share of clipped steps of the epoch.
public final class Pace {
  private static final double SECONDS = 10;

  /// The loss falls fast at first: a longer mean would lag behind.
  private static final double LOSS_SECONDS = 2;

  private final String counted;
  private final TimeLeft left;
  private double weight;
  private double loss;
  private double norm;
  private double seconds;
  private double characters;
  private int epoch;
  private long epochSteps;
  private long epochClipped;
  private double done;

  /// A run that has not begun.
  ///
  /// @param counted the quantity that the loss is a mean over, such as `characters`
  /// @param warm whether the fast code is in use
  public Pace(String counted, BooleanSupplier warm) {
    this.counted = counted;
    left = new TimeLeft(warm);
  }

  /// Adds a step.
  public void add(Step step) {
    double decay = Math.exp(-step.seconds() / SECONDS);
    double quick = Math.exp(-step.seconds() / LOSS_SECONDS);
    weight = weight * quick + 1;
    loss = loss * quick + step.loss();
    norm = norm * quick + step.norm();
    seconds = seconds * decay + step.seconds();
    characters = characters * decay + step.count();
    if (step.epoch() != epoch) {
      epoch = step.epoch();
      epochSteps = 0;
      epochClipped = 0;
    }
    epochSteps++;
    epochClipped += step.clipped() ? 1 : 0;
    left.add(step.seconds(), step.steps() - step.step() - 1);
    done = (step.step() + 1.0) / step.steps();
  }

  /// The share of the whole run that is done.
  public double done() {
    return done;
  }

  /// Loss, gradient norm, share clipped, time left once it is known, rate; the most important
  /// first, as a narrow terminal cuts the end.
  @Override
  public String toString() {
    return "loss %s  norm %s  %2.0f%% clipped%s  %s %s/s"
        .formatted(
            brief(loss / weight, "%.3f"),
            brief(norm / weight, "%.2f"),
            100.0 * epochClipped / epochSteps,
            timeLeft(),
            count(characters / seconds),
            counted);
  }

  private static String brief(double value, String format) {
    return (value < 1e6 ? format : "%.2e").formatted(value);
  }

  private String timeLeft() {
    var known = left.seconds();
    return known.isPresent() ? "  %s left".formatted(duration(known.getAsDouble())) : "";
  }

  private static String count(double n) {
    return n < 10_000 ? "%.0f".formatted(n) : "%.0fk".formatted(n / 1000);
  }

  /// `6:05`, or `1:06:05` from an hour on.
  public static String duration(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? "%d:%02d".formatted(s / 60, s % 60)
        : "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60);
  }
}
