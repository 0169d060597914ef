package dev.unroll.task.window;

import dev.unroll.data.DataException;
import dev.unroll.series.Calendar;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes [Channels] of a series: scaled by its training part, gaps filled with the last value
/// before them.
public final class ChannelBuilder {
  private final List<String> targets;
  private final List<String> past;
  private final List<String> known;
  private final Calendar calendar;
  private final int horizon;
  private final int segment;
  private final Map<List<String>, Scale> scales = new HashMap<>();

  /// The names of the series that were learned from, in their order.
  private final List<String> ids;

  /// @param scales of the series that were learned from
  public ChannelBuilder(List<String> targets, List<String> past, List<String> known,
      Calendar calendar,
      int horizon, int segment, List<Scale> scales) {
    this.targets = targets;
    this.past = past;
    this.known = known;
    this.calendar = calendar;
    this.horizon = horizon;
    this.segment = segment;
    scales.forEach(scale -> this.scales.put(List.of(scale.id(), scale.column()), scale));
    ids = scales.stream().map(Scale::id).distinct().toList();
  }

  /// The channels of a series, one for each target of each track. A series that was not learned
  /// from is scaled by what it brings.
  public Channels of(Series series) {
    var channels = new ArrayList<Channels.Channel>();
    for (var track : series.tracks()) {
      int learned = ids.indexOf(track.id());
      int steps = track.length() + horizon + segment;
      var shared = calendar.of(track, steps);
      var pastValues = new float[past.size()][];
      for (int c = 0; c < pastValues.length; c++) {
        var values = track.columns()[targets.size() + c];
        pastValues[c] = scaled(values, values.length, scale(track, past.get(c), values), null);
      }
      var knownValues = new float[known.size()][];
      for (int c = 0; c < knownValues.length; c++) {
        var values = track.columns()[targets.size() + past.size() + c];
        knownValues[c] = scaled(values, end(values), scale(track, known.get(c), values), null);
      }
      for (int c = 0; c < targets.size(); c++) {
        var values = track.columns()[c];
        int end = end(values);
        if (end == 0) {
          throw new DataException(
              "%s: %s has no value".formatted(TimeSplit.name(track), targets.get(c)));
        }
        var missing = new BitSet();
        var scale = scale(track, targets.get(c), values);
        channels.add(new Channels.Channel(track, targets.get(c), c,
            learned < 0 ? -1 : learned * targets.size() + c, scale,
            scaled(values, end, scale, missing), missing.isEmpty() ? null : missing, pastValues,
            knownValues, shared));
      }
    }
    return new Channels(channels);
  }

  private Scale scale(Track track, String column, double[] values) {
    var learned = scales.get(List.of(track.id(), column));
    return learned != null ? learned
        : Scale.of(track.id(), column, values, values.length, Double.NaN);
  }

  /// The end of the values that are there.
  public static int end(double[] values) {
    int end = values.length;
    while (end > 0 && Double.isNaN(values[end - 1])) {
      end--;
    }
    return end;
  }

  private static float[] scaled(double[] values, int end, Scale scale, @Nullable BitSet missing) {
    var scaled = new float[end];
    double last = Arrays.stream(values).filter(v -> !Double.isNaN(v)).findFirst().orElse(0);
    for (int t = 0; t < end; t++) {
      if (!Double.isNaN(values[t])) {
        last = values[t];
      } else if (missing != null) {
        missing.set(t);
      }
      scaled[t] = scale.apply(last);
    }
    return scaled;
  }
}
