package dev.unroll.series;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When the first row of a series without a time column was.
///
/// @param stamp milliseconds since 1970
/// @param zoned whether that is in UTC; else it is in the local time of the data
/// @param style how time stamps are written; null for ISO 8601
record FirstRow(long stamp, boolean zoned, @Nullable StampStyle style) {
  static FirstRow of(LocalDateTime time) {
    return new FirstRow(TimeStep.stamp(time), false, null);
  }

  /// As it is written, so that others are written like it; unless that is too coarse for the step,
  /// as a day without a time is for hours.
  ///
  /// @throws dev.unroll.data.DataException if it is no time stamp in a form that is known
  static FirstRow of(String written, TimeStep step) {
    var texts = List.of(written);
    var read = Stamps.read(texts, _ -> "the start");
    long first = read.stamps()[0];
    long second = step.stamp(first, 1);
    var style = StampStyle.of(texts, read);
    boolean isFine = style != null && read.form().parse(style.write(second)) == second;
    return new FirstRow(first, read.zoned(), isFine ? style : null);
  }
}
