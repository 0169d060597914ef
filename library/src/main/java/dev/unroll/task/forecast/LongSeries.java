package dev.unroll.task.forecast;

import dev.unroll.data.DataException;
import dev.unroll.series.Series;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.TimeSplit;
import java.util.ArrayList;
import java.util.List;

/// The series of a table that are long enough to be split, and those that are left out.
///
/// @param series with the long ones alone
/// @param splits for each of them
/// @param leftOut the names and lengths of the others
record LongSeries(Series series, List<TimeSplit> splits, List<String> leftOut) {

  /// @param horizon N
  /// @throws DataException if no series is long enough
  static LongSeries of(Series series, int horizon, TimeSplit.Lengths lengths) {
    var splits = new ArrayList<TimeSplit>();
    var kept = new ArrayList<String>();
    var leftOut = new ArrayList<String>();
    DataException tooShort = null;
    for (var track : series.tracks()) {
      int length = 0;
      for (int c = 0; c < series.targets().size(); c++) {
        length = Math.max(length, ChannelBuilder.end(track.columns()[c]));
      }
      try {
        splits.add(TimeSplit.of(length, horizon, lengths, track));
        kept.add(track.id());
      } catch (DataException e) {
        tooShort = e;
        leftOut.add("%s (%d steps)".formatted(track.id(), length));
      }
    }
    if (tooShort == null) {
      return new LongSeries(series, splits, leftOut);
    }
    if (kept.isEmpty()) {
      throw tooShort;
    }
    return new LongSeries(series.only(kept), splits, leftOut);
  }
}
