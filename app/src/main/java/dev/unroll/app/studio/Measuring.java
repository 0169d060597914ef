package dev.unroll.app.studio;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.Failure;
import dev.unroll.app.xray.Examination;
import dev.unroll.app.xray.ReadingModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The x-ray of a model as JSON lines: `{"seconds": n}` every second while it is measured, by which
/// somebody who has gone is noticed, and the page in the end, or `{"error": …}`.
final class Measuring {
  private Measuring() {}

  /// Measures; if nobody takes the lines any more, it ends before its next part.
  ///
  /// @throws IOException if nobody does
  static void send(ReadingModel reading, LineStream lines) throws IOException {
    var task = new FutureTask<>(() -> {
      try (var engine = Engine.of(1)) {
        return Examination.page(engine, reading, List.of()).fields();
      }
    });
    Thread.ofPlatform().daemon().name("unroll-studio-xray").start(task);
    try {
      for (int seconds = 1;; seconds++) {
        try {
          lines.send(task.get(1, TimeUnit.SECONDS));
          return;
        } catch (TimeoutException _) {
          lines.send(line("seconds", seconds));
        }
      }
    } catch (ExecutionException e) {
      lines.send(line("error", Failure.sentence(requireNonNull(e.getCause()))));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      task.cancel(true);
    }
  }

  private static SequencedMap<String, Object> line(String key, Object value) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put(key, value);
    return fields;
  }
}
