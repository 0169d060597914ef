package dev.unroll.task;

import dev.unroll.data.Batches;
import dev.unroll.model.ModelRun;
import dev.unroll.score.Confusion;
import dev.unroll.train.Monitor;
import java.util.List;
import java.util.stream.IntStream;

/// Macro F1 as the metric by which the best epoch is chosen: for imbalanced classes, the accuracy
/// would neglect the small ones.
final class MacroF1 {
  private MacroF1() {}

  /// @param classes the number of classes
  static Monitor of(int classes) {
    var labels = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return Monitor.of("macro F1", true, (run, batches, _) -> figure(run, batches, labels));
  }

  private static double figure(ModelRun run, Batches batches, List<String> labels) {
    int classes = labels.size();
    var counts = new long[classes][classes];
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      var outputs = run.predict(batch);
      for (int b = 0; b < batch.samples(); b++) {
        int at = outputs.offset() + b * classes;
        int said = 0;
        for (int c = 1; c < classes; c++) {
          said = outputs.array()[at + c] > outputs.array()[at + said] ? c : said;
        }
        counts[batch.target().symbols()[b]][said]++;
      }
    }
    return Confusion.of(labels, counts).macroF1();
  }
}
