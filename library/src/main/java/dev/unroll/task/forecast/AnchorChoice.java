package dev.unroll.task.forecast;

import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Shape;
import dev.unroll.task.window.WindowViews;
import java.util.List;

/// Chooses the anchor: of the naive forecasts that need no training, the one with the smallest
/// error within the training part.
final class AnchorChoice {
  /// From this number of windows on, a network learns a season better than from differences to the
  /// season before, whose noise it would have to undo.
  private static final int SEASON_IS_LEARNED = 2000;

  /// The number of windows whose mean is accurate enough.
  private static final int ENOUGH = 20_000;

  private AnchorChoice() {}

  /// @param train for each channel the end of the training part
  static Anchor of(Channels channels, Shape shape, int[] train) {
    var none = new int[train.length];
    int windows = new WindowViews(channels, shape, none, train, 1).count();
    int stride = Math.max(1, windows / ENOUGH) | 1; // odd, so that it is not in phase with a day
    var best = Anchor.LAST;
    double least = Double.POSITIVE_INFINITY;
    for (var anchor : List.of(Anchor.LAST, Anchor.MEAN, Anchor.SEASON)) {
      boolean usable = anchor != Anchor.SEASON || shape.season() > 1
          && shape.season() <= shape.lookBack() && windows < SEASON_IS_LEARNED;
      double error = usable ? error(channels, shape.with(anchor), none, train, stride)
          : Double.POSITIVE_INFINITY;
      if (error < least) {
        least = error;
        best = anchor;
      }
    }
    return best;
  }

  /// The mean absolute error of a forecast that is the base itself, in the scale of the channels.
  private static double error(Channels channels, Shape shape, int[] from, int[] to, int stride) {
    var views = new WindowViews(channels, shape, from, to, stride);
    var base = new float[shape.horizon()];
    double sum = 0;
    long n = 0;
    for (int view = 0; view < views.count(); view++) {
      int c = views.channel(view);
      int origin = views.origin(view);
      channels.base(c, origin, shape, base, 0);
      for (int i = 0; i < base.length; i++) {
        if (channels.isThere(c, origin + i)) {
          sum += Math.abs(channels.values(c)[origin + i] - base[i]);
          n++;
        }
      }
    }
    return sum / n;
  }
}
