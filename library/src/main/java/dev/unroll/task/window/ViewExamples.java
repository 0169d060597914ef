package dev.unroll.task.window;

import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Views;
import java.util.ArrayList;
import java.util.List;

/// Windows as examples of their own, for a look at few of many.
public final class ViewExamples {
  private ViewExamples() {}

  /// Windows at even distances, without those of which a target is missing; the last one is the
  /// last window of all.
  ///
  /// @param most of them
  public static List<Example> some(Views views, int most) {
    int features = views.features();
    var examples = new ArrayList<Example>();
    int wanted = Math.min(most, views.count());
    for (int i = 0; i < wanted; i++) {
      int view = (int) ((i + 1L) * views.count() / wanted) - 1;
      float[] target = new float[views.targets()];
      views.target(view, target, 0);
      if (isWhole(target)) {
        float[] input = new float[views.steps() * features];
        views.input(view, input, 0, features);
        examples.add(new Example(new Features(input, features),
            new Features(target, target.length)));
      }
    }
    return examples;
  }

  private static boolean isWhole(float[] target) {
    for (float value : target) {
      if (Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }
}
