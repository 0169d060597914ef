package dev.unroll.task.tag;

import dev.unroll.data.Batches;
import dev.unroll.model.ModelRun;
import dev.unroll.score.SpanCounts;
import dev.unroll.train.Monitor;
import java.util.ArrayList;
import java.util.List;

/// F1 of spans as the metric by which the best epoch is chosen: most tokens are outside of spans,
/// so the accuracy says little.
final class SpanF1 {
  private SpanF1() {}

  /// The metric.
  ///
  /// @param tags that the model can output
  /// @param missed the number of spans in the validation data whose type it cannot output; as the
  ///     report does, they count as expected and not found
  static Monitor of(List<String> tags, long missed) {
    return Monitor.of("F1 of spans", true,
        (run, batches, _) -> figure(run, batches, tags, missed));
  }

  private static double figure(ModelRun run, Batches batches, List<String> tags, long missed) {
    var actual = new ArrayList<List<String>>();
    var said = new ArrayList<List<String>>();
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      run.predict(batch);
      int[] chosen = run.classes();
      int[] targets = batch.target().symbols();
      for (int b = 0; b < batch.samples(); b++) {
        var wanted = new ArrayList<String>();
        var given = new ArrayList<String>();
        for (int t = 0; t < batch.target().lengths()[b]; t++) {
          int row = t * batch.batch() + b;
          wanted.add(targets[row] < 0 ? TagForm.OUTSIDE : tags.get(targets[row]));
          given.add(tags.get(chosen[row]));
        }
        actual.add(wanted);
        said.add(given);
      }
    }
    return f1(actual, said, missed);
  }

  static double f1(List<List<String>> actual, List<List<String>> said, long missed) {
    var all = SpanCounts.of(actual, said).all();
    return new SpanCounts.Counts(all.expected() + missed, all.found(), all.correct()).f1();
  }
}
