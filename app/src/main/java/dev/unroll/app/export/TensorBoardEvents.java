package dev.unroll.app.export;

import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.log.RunEvents;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A run for TensorBoard, of its log and its model: unlike the other formats it holds a training.
final class TensorBoardEvents {
  /// The word behind `--to`.
  static final String WORD = "tensorboard";

  private TensorBoardEvents() {}

  /// Writes the events of the run that a model lies in.
  ///
  /// @return where they are
  /// @throws IOException one sentence, if there is no log beside it
  static Path write(Path model) throws IOException {
    var log = model.resolveSibling(RunFolder.LOG);
    if (!Files.isRegularFile(log)) {
      throw new IOException("there is no %s, which the events of a training are made of; give the"
          .formatted(log) + " folder of a run");
    }
    var parameters = ModelFile.read(model).model().parameters();
    try (var events = RunEvents.in(model.resolveSibling(""), 0)) {
      long last = 0;
      for (JsonFields line : JsonLines.read(log)) {
        events.line(line.values());
        last = line.has("step") ? line.longInteger("step") : last;
      }
      events.parameters(last, parameters);
      return events.file();
    }
  }
}
