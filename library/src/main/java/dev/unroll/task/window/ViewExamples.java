package dev.unroll.task.window;

import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Views;
import java.util.List;

/// Windows as examples of their own, for a look at few of many.
public final class ViewExamples {
  private ViewExamples() {}

  /// Windows at even distances, without those of which a target is missing; the last one is the
  /// last window of all.
  ///
  /// @param most of them
  public static List<Example> some(Views views, int most) {
    return views.count() == 0 ? List.of() : Batches.inOrder(views, 1).some(most);
  }
}
