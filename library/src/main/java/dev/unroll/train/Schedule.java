package dev.unroll.train;

/// How the learning rate changes over the steps of a run.
public enum Schedule {
  /// The same rate throughout.
  CONSTANT {
    @Override
    double factor(double progress) {
      return 1;
    }
  },
  /// From the full rate to [#FLOOR] of it along half a cosine (Loshchilov and Hutter 2017).
  COSINE {
    @Override
    double factor(double progress) {
      return FLOOR + (1 - FLOOR) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    }
  },
  /// From the full rate to [#FLOOR] of it along a straight line.
  LINEAR {
    @Override
    double factor(double progress) {
      return 1 - (1 - FLOOR) * progress;
    }
  };

  /// What is left of the rate at the end, as a share.
  public static final double FLOOR = 0.02;

  /// Steps in which the rate rises from nothing at the start: the first estimates of Adam's second
  /// moments are poor.
  public static final int WARM_UP = 50;

  abstract double factor(double progress);

  /// The rate of a step.
  ///
  /// @param step from 0
  /// @param steps of the whole run
  public double rate(double full, long step, long steps) {
    double rise = Math.min(1, (step + 1.0) / WARM_UP);
    return full * rise * factor(Math.min(1, (double) step / Math.max(1, steps)));
  }
}
