package dev.unroll.task.window;

import dev.unroll.data.Views;

/// The windows of channels, in the form that a forecaster reads.
///
/// A window is L steps of a channel and the N steps after them. It is read in segments of P steps,
/// so that a network makes L / P steps for it (Lin et al. 2023, SegRNN, arXiv 2308.11200). The
/// inputs of a segment:
///
/// ```
/// (v − level) / spread   P numbers: the values, measured from the window's own level
/// past                   P numbers for each covariate that is known up to the present
/// known                  P numbers for each covariate that is known ahead
/// present                the share of the values that are not missing; only if a series has gaps
/// calendar               the phase of the first step of the segment in each cycle, as sine and
/// cosine channel                one-hot channel; only if there are several
/// ```
///
/// With covariates that are known ahead ⌈N / P⌉ segments of the horizon follow, whose values are
/// zero and whose last number is 1. Asked are `(v − base) / spread` of the N steps, where the base
/// is what the [Anchor] says; NaN where a value is missing.
public final class WindowViews implements Views, Reading.Place {
  private final Channels channels;
  private final Shape shape;
  private final int[] first;
  private final int[] starts;
  private final int stride;
  private final int count;
  private final float[] base;

  /// The windows whose first target step is in a part of the channels.
  ///
  /// @param from for each channel the first target step of the first window
  /// @param to for each channel the end of the target steps of the last window
  /// @param stride from one window to the next
  public WindowViews(Channels channels, Shape shape, int[] from, int[] to, int stride) {
    this.channels = channels;
    this.shape = shape;
    this.stride = stride;
    first = new int[channels.count()];
    starts = new int[channels.count() + 1];
    int windows = 0;
    for (int c = 0; c < first.length; c++) {
      first[c] = Math.max(from[c], shape.lookBack());
      starts[c] = windows;
      int last = Math.min(to[c], channels.length(c)) - shape.horizon();
      windows += last < first[c] ? 0 : (last - first[c]) / stride + 1;
    }
    starts[first.length] = windows;
    count = windows;
    base = new float[shape.horizon()];
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int steps() {
    return shape.segments();
  }

  @Override
  public int features() {
    return shape.features();
  }

  @Override
  public int targets() {
    return shape.horizon();
  }

  /// The channel of a window.
  @Override
  public int channel(int view) {
    int low = 0;
    int high = first.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= view) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// The first step of a window's target.
  @Override
  public int origin(int view) {
    int c = channel(view);
    return first[c] + (view - starts[c]) * stride;
  }

  @Override
  public void input(int view, float[] to, int at, int stride) {
    channels.input(channel(view), origin(view), shape, to, at, stride);
  }

  @Override
  public void target(int view, float[] to, int at) {
    int c = channel(view);
    int origin = origin(view);
    float spread = channels.base(c, origin, shape, base, 0);
    float[] values = channels.values(c);
    for (int n = 0; n < shape.horizon(); n++) {
      boolean there = channels.isThere(c, origin + n);
      to[at + n] = there ? (values[origin + n] - base[n]) / spread : Float.NaN;
    }
  }
}
