package dev.unroll.task.window;

import dev.unroll.data.Views;
import java.util.Arrays;

/// The windows at the end of each channel, of which nobody knows the answer yet.
public final class NextViews implements Views, Reading.Place {
  private final Channels channels;
  private final Shape shape;

  /// Of all channels.
  public NextViews(Channels channels, Shape shape) {
    this.channels = channels;
    this.shape = shape;
  }

  @Override
  public int count() {
    return channels.count();
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

  @Override
  public int channel(int view) {
    return view;
  }

  @Override
  public int origin(int view) {
    return channels.length(view);
  }

  @Override
  public void input(int view, float[] to, int at, int stride) {
    channels.input(view, origin(view), shape, to, at, stride);
  }

  @Override
  public void target(int view, float[] to, int at) {
    Arrays.fill(to, at, at + shape.horizon(), Float.NaN);
  }
}
