package dev.unroll.task.detect;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.Views;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.SequenceToVector;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Forecasts the value that is due in d steps, for many series at once.
final class NextForecasts {
  /// The numbers of windows that a run has room for: few sizes, each of which stays planned.
  private static final int[] SIZES = {1, 8, 64};

  private final SequenceToVector model;
  private final DetectorTask task;
  private final @Nullable Run[] runs = new Run[SIZES.length];

  /// The memories of the windows of a run, and where each begins.
  private final float[][] memories;
  private final int[] begins;

  NextForecasts(SequenceToVector model, DetectorTask task, int batch) {
    this.model = model;
    this.task = task;
    memories = new float[Math.min(batch, SIZES[SIZES.length - 1])][];
    begins = new int[memories.length];
  }

  /// Writes the forecasts of those series that have L values.
  ///
  /// @param which the places of the series
  /// @param n how many
  void write(int[] which, int n, float[][] all, WatchMemory form) {
    int count = 0;
    for (int j = 0; j < n; j++) {
      var m = all[which[j]];
      long steps = form.number(m, WatchMemory.STEPS);
      if (steps >= task.lookBack()) {
        begins[count] = WatchMemory.ring(steps, task.lookBack());
        memories[count++] = m;
      }
      if (count == memories.length || j == n - 1 && count > 0) {
        run(count, form);
        count = 0;
      }
    }
  }

  private void run(int count, WatchMemory form) {
    int s = 0;
    while (SIZES[s] < count) {
      s++;
    }
    var run = runs[s];
    if (run == null) {
      run = new Run(SIZES[s]);
      runs[s] = run;
    }
    run.count = count;
    var outputs = run.run.predict(run.batches.batch(0, 0));
    for (int i = 0; i < count; i++) {
      var m = memories[i];
      long steps = form.number(m, WatchMemory.STEPS);
      m[form.due() + WatchMemory.ring(steps - 1, task.lead())] =
          outputs.array()[outputs.offset() + i * outputs.columns() + task.lead() - 1];
    }
  }

  /// The windows of a run; those behind the last series repeat it.
  private final class Run implements Views {
    private final int size;
    private final ModelRun run;
    private final Batches batches;
    private int count;

    Run(int size) {
      this.size = size;
      run = model.run(Engine.of(1), new ModelBounds(steps(), 1, size, false));
      batches = Batches.inOrder(this, size);
    }

    @Override
    public int count() {
      return size;
    }

    @Override
    public int steps() {
      return task.lookBack() / task.segment();
    }

    @Override
    public int features() {
      return task.segment();
    }

    @Override
    public int targets() {
      return task.lead();
    }

    @Override
    public void input(int view, float[] to, int at, int stride) {
      int place = Math.min(view, count - 1);
      var m = memories[place];
      int length = task.lookBack();
      for (int i = 0; i < length; i++) {
        int segment = i / task.segment();
        to[at + segment * stride + i % task.segment()] = m[(begins[place] + i) % length];
      }
    }

    @Override
    public void target(int view, float[] to, int at) {
      Arrays.fill(to, at, at + task.lead(), Float.NaN);
    }
  }
}
