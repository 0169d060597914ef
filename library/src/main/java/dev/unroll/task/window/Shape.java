package dev.unroll.task.window;

/// The shape of the windows of a forecaster.
///
/// @param lookBack L, the number of steps of the input
/// @param horizon N, the number of steps of the target
/// @param segment P, the steps of a segment; L is a multiple of it
/// @param season the number of steps of a season, 1 for none
/// @param anchor the base that the targets are relative to
/// @param windowSpread whether targets are divided by the standard deviation of the window
/// @param past the number of covariates that are known up to the present
/// @param known the number of covariates that are known ahead
/// @param gaps whether values are missing in the series
/// @param calendar how many numbers the calendar has
/// @param channels how many channels are told apart; 1: none
public record Shape(int lookBack, int horizon, int segment, int season, Anchor anchor,
    boolean windowSpread, int past, int known, boolean gaps, int calendar, int channels) {
  /// So many channels are told apart by a number of their own.
  public static final int MOST_NAMED = 64;

  /// The same with answers that are measured from something else.
  public Shape with(Anchor other) {
    return new Shape(lookBack, horizon, segment, season, other, windowSpread, past, known, gaps,
        calendar, channels);
  }

  /// The segments of the horizon, which are read where covariates are known ahead.
  public int ahead() {
    return known == 0 ? 0 : Math.ceilDiv(horizon, segment);
  }

  /// T.
  public int segments() {
    return lookBack / segment + ahead();
  }

  /// F.
  public int features() {
    return segment * (1 + past + known) + (gaps ? 1 : 0) + calendar
        + (channels > 1 ? channels : 0) + (known > 0 ? 1 : 0);
  }
}
