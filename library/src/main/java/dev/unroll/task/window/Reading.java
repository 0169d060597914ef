package dev.unroll.task.window;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Views;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.SequenceToVector;
import java.util.Arrays;

/// Has a model answer windows, in the scale of their channel.
public final class Reading {
  private static final int SIDE_BY_SIDE = 256;

  private Reading() {}

  /// Hears the answer to one window.
  public interface Answer {
    /// The answer to a window.
    ///
    /// @param view the index of the window
    /// @param quantiles `[N, Q]`, the values of a step ascending; overwritten by the next output
    void heard(int view, float[] quantiles);
  }

  /// Where a window lies.
  public interface Place {
    /// The channel of a window.
    int channel(int view);

    /// The first step of a window's target.
    int origin(int view);
  }

  /// Runs the model on all windows, in order.
  ///
  /// The quantiles of a step may cross; they are sorted, which never makes them worse
  /// (Chernozhukov, Fernández-Val and Galichon 2010, Quantile and Probability Curves Without
  /// Crossing).
  public static void all(SequenceToVector model, Engine engine, Channels channels, Shape shape,
      Views views, Place place, Answer answer) {
    int size = Math.min(SIDE_BY_SIDE, views.count());
    var batches = Batches.inOrder(views, size);
    var run = model.run(engine, new ModelBounds(views.steps(), 1, size, false));
    int n = shape.horizon();
    var base = new float[n];
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      var outputs = run.predict(batch);
      int each = outputs.columns() / n;
      var quantiles = new float[outputs.columns()];
      for (int b = 0; b < batch.samples(); b++) {
        int view = batch.number(b);
        float spread =
            channels.base(place.channel(view), place.origin(view), shape, base, 0);
        System.arraycopy(outputs.array(), outputs.offset() + b * outputs.columns(), quantiles, 0,
            quantiles.length);
        for (int step = 0; step < n; step++) {
          int from = step * each;
          for (int q = from; q < from + each; q++) {
            quantiles[q] = base[step] + spread * quantiles[q];
          }
          Arrays.sort(quantiles, from, from + each);
        }
        answer.heard(view, quantiles);
      }
    }
  }
}
