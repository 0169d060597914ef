package dev.unroll.app.export;

import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.keras.Keras;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `--to keras`.
final class KerasFormat implements ExportFormat {
  @Override
  public String word() {
    return "keras";
  }

  @Override
  public String fileName() {
    return "model.keras";
  }

  @Override
  public List<Path> files(ModelFile model, Path file) {
    return List.of(file);
  }

  @Override
  public boolean isOwn(Path file) throws IOException {
    return Keras.isKeras(file) && ChainMetadata.isOwn(Keras.load(file).arrays().metadata());
  }

  @Override
  public List<String> write(ModelFile model, Path file, Choices choices) throws IOException {
    choices.requireNone(word());
    Keras.save(model.model(), file);
    var lines = new ArrayList<>(List.of("wrote " + file));
    Outside.of(model, TaskFile.of(model).orElse(null))
        .forEach(sentence -> lines.add("outside   " + sentence));
    return lines;
  }
}
