package dev.unroll.app.studio.play;

import dev.unroll.app.command.task.DetectCommand;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.studio.runs.Run;
import dev.unroll.app.task.DetectPage;
import dev.unroll.task.detect.Detector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;

/// The data of a detector, which the folder of its run names, with how odd each value is.
public final class Detecting {
  private Detecting() {}

  /// Judges all of it, as the page of `unroll detect` shows it.
  ///
  /// @param terminal of this command, from whose folder the run's may differ
  /// @throws IOException one sentence, if the data is not there any more
  public static SequencedMap<String, Object> of(Run run, Playable model, Terminal terminal)
      throws IOException {
    var detector = Detector.of(model.needTask());
    var command = StoredCommand.read(run.folder());
    var data = command.data().firstEntry().getKey();
    var track = DetectCommand.track(command.at(terminal), detector, Path.of(data));
    return DetectPage.of(run.name(), detector, track, DetectPage.judged(detector, track), data)
        .fields();
  }
}
