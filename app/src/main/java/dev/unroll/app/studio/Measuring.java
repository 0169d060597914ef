package dev.unroll.app.studio;

import dev.unroll.Engine;
import dev.unroll.app.xray.Examination;
import dev.unroll.app.xray.ReadingModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The x-ray of a model as JSON lines: `{"seconds": n}` every second while it is measured, by which
/// somebody who has gone is noticed, and the page in the end.
final class Measuring {
  private Measuring() {}

  /// Measures; if nobody takes the lines any more, it ends before its next part.
  ///
  /// @throws IOException if nobody does, or what has failed
  static void send(ReadingModel reading, HeavyWork work, LineStream lines) throws IOException {
    var task = work.begin(() -> {
      try (var engine = Engine.of(1)) {
        return Examination.page(engine, reading, List.of()).fields();
      }
    });
    try {
      for (int seconds = 1;; seconds++) {
        try {
          lines.send(task.get(1, TimeUnit.SECONDS));
          return;
        } catch (TimeoutException _) {
          var line = new LinkedHashMap<String, Object>();
          line.put("seconds", seconds);
          lines.send(line);
        }
      }
    } catch (ExecutionException e) {
      throw HeavyWork.cause(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      task.cancel(true);
    }
  }
}
