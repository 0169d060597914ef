package dev.unroll.task.window;

import dev.unroll.series.Track;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The series that a forecaster learns from or reads, as it computes with them: scaled, gaps
/// filled, each once in memory.
public final class Channels {

  /// One column to forecast.
  ///
  /// @param column of the track
  /// @param scale what the values were scaled by
  /// @param values scaled, up to the last that is there; a gap holds the last value before it
  /// @param missing where there are gaps; null where there are none
  /// @param past covariates that are known up to now, scaled, gaps filled
  /// @param known covariates that are known ahead, which may go on beyond the values
  /// @param calendar `[steps, k]`, which goes on beyond the values by the horizon
  /// @param number among the channels that were learned from; −1 for another one
  public record Channel(Track track, String target, int column, int number, Scale scale,
      float[] values,
      @Nullable BitSet missing, float[][] past,
      float[][] known, float[] calendar) {}

  private final List<Channel> channels;

  /// Those channels, in their order.
  public Channels(List<Channel> channels) {
    this.channels = channels;
  }

  /// The same with more values of each channel after its last one, as if they had been seen.
  ///
  /// @param values scaled
  public Channels longer(float[][] values) {
    var all = new ArrayList<Channel>();
    for (int c = 0; c < channels.size(); c++) {
      var channel = channels.get(c);
      var longer =
          Arrays.copyOf(channel.values, channel.values.length + values[c].length);
      System.arraycopy(values[c], 0, longer, channel.values.length, values[c].length);
      all.add(new Channel(channel.track, channel.target, channel.column, channel.number,
          channel.scale, longer, channel.missing, channel.past, channel.known, channel.calendar));
    }
    return new Channels(all);
  }

  /// How many there are.
  public int count() {
    return channels.size();
  }

  /// The steps of a channel, up to its last value.
  public int length(int c) {
    return channels.get(c).values.length;
  }

  /// The scaled values of a channel; not to be changed.
  public float[] values(int c) {
    return channels.get(c).values;
  }

  /// A channel.
  public Channel get(int c) {
    return channels.get(c);
  }

  /// Whether a value is there, and not what was put into a gap.
  public boolean isThere(int c, int step) {
    var missing = channels.get(c).missing;
    return missing == null || !missing.get(step);
  }

  /// Writes the base that the targets of a window are relative to.
  ///
  /// @param origin the first step that is asked
  /// @return the spread, what they are divided by
  public float base(int c, int origin, Shape shape, float[] base, int at) {
    float[] v = channels.get(c).values;
    int n = shape.horizon();
    float level = level(v, origin, shape);
    if (shape.anchor() == Anchor.SEASON) {
      int m = shape.season();
      for (int i = 0; i < n; i++) {
        base[at + i] = v[origin + i % m - m];
      }
    } else {
      Arrays.fill(base, at, at + n, level);
    }
    return spread(v, origin, shape);
  }

  private static float level(float[] v, int origin, Shape shape) {
    if (shape.anchor() == Anchor.ZERO) {
      return 0;
    }
    if (shape.anchor() == Anchor.LAST) {
      return v[origin - 1];
    }
    double sum = 0;
    for (int i = origin - shape.lookBack(); i < origin; i++) {
      sum += v[i];
    }
    return (float) (sum / shape.lookBack());
  }

  private static float spread(float[] v, int origin, Shape shape) {
    if (!shape.windowSpread()) {
      return 1;
    }
    double sum = 0;
    double squares = 0;
    int from = origin - shape.lookBack();
    for (int i = from; i < origin; i++) {
      double away = v[i] - v[from];
      sum += away;
      squares += away * away;
    }
    double mean = sum / shape.lookBack();
    // A constant window has no spread of its own.
    return (float) Math.sqrt(Math.max(squares / shape.lookBack() - mean * mean, 1e-4));
  }

  /// Writes the segments of a window; see [WindowViews].
  public void input(int c, int origin, Shape shape, float[] to, int at, int stride) {
    var channel = channels.get(c);
    float level = level(channel.values, origin, shape);
    float spread = spread(channel.values, origin, shape);
    int p = shape.segment();
    int before = shape.lookBack() / p;
    for (int s = 0; s < shape.segments(); s++) {
      int from = origin + (s - before) * p;
      int i = at + s * stride;
      boolean ahead = s >= before;
      for (int k = 0; k < p; k++) {
        to[i++] = ahead ? 0 : (channel.values[from + k] - level) / spread;
      }
      for (var past : channel.past) {
        for (int k = 0; k < p; k++) {
          to[i++] = ahead ? 0 : past[from + k];
        }
      }
      for (var known : channel.known) {
        for (int k = 0; k < p; k++) {
          to[i++] = from + k < known.length ? known[from + k] : 0;
        }
      }
      if (shape.gaps()) {
        int missing = ahead || channel.missing == null ? 0
            : channel.missing.get(from, from + p).cardinality();
        to[i++] = ahead ? 0 : 1 - (float) missing / p;
      }
      System.arraycopy(channel.calendar, from * shape.calendar(), to, i, shape.calendar());
      i += shape.calendar();
      if (shape.channels() > 1) {
        Arrays.fill(to, i, i + shape.channels(), 0);
        if (channel.number >= 0 && channel.number < shape.channels()) {
          to[i + channel.number] = 1;
        }
        i += shape.channels();
      }
      if (shape.known() > 0) {
        to[i] = ahead ? 1 : 0;
      }
    }
  }
}
