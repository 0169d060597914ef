package dev.unroll.app.settings;

import dev.unroll.app.console.EnumWords;
import dev.unroll.app.data.ExampleData;
import dev.unroll.train.Monitor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of which epoch is kept.
public final class KeepOptions {
  @Option(
      names = "--monitor",
      paramLabel = "FIGURE",
      converter = Figures.class,
      description = "The figure of the validation part that chooses the best epoch: loss or"
          + " accuracy. Default: accuracy for labels, loss for all else.")
  @Nullable
  Figure monitor;

  @Option(
      names = "--keep",
      paramLabel = "EPOCH",
      converter = Epochs.class,
      description = "The epoch whose weights are kept: best or last. Default: best.")
  Epoch keep = Epoch.BEST;

  enum Figure {
    LOSS, ACCURACY
  }

  enum Epoch {
    BEST, LAST
  }

  static final class Figures extends EnumWords<Figure> {
    Figures() {
      super(Figure.class);
    }
  }

  static final class Epochs extends EnumWords<Epoch> {
    Epochs() {
      super(Epoch.class);
    }
  }

  /// The monitor of a run.
  ///
  /// @throws IllegalArgumentException if the model has no accuracy
  public Monitor monitor(ExampleData data) {
    if (monitor == Figure.ACCURACY && !data.hasLabels()) {
      throw new IllegalArgumentException(
          "--monitor accuracy is for labels, but the targets are %s; leave it out, or give loss"
              .formatted(data.form().target()));
    }
    if (keep == Epoch.LAST) {
      return Monitor.LAST;
    }
    return monitor == Figure.ACCURACY || monitor == null && data.hasLabels() ? Monitor.ACCURACY
        : Monitor.LOSS;
  }

  /// The monitor of a run that is resumed, by its name.
  public static Monitor named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "accuracy" -> Monitor.ACCURACY;
      case "last" -> Monitor.LAST;
      default -> Monitor.LOSS;
    };
  }
}
