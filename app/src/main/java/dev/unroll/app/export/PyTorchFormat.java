package dev.unroll.app.export;

import dev.unroll.exchange.Checkpoints;
import dev.unroll.exchange.PyTorch;
import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `--to pytorch`.
final class PyTorchFormat implements ExportFormat {
  @Override
  public String word() {
    return "pytorch";
  }

  /// Not `model.safetensors`, which is the model itself in the folder of a run.
  @Override
  public String fileName() {
    return "pytorch.safetensors";
  }

  @Override
  public List<Path> files(ModelFile model, Path file) {
    return List.of(file, PyTorch.moduleFile(file));
  }

  /// The module beside the weights has a mark of its own, which is looked at when it is written.
  @Override
  public boolean isOwn(Path file) throws IOException {
    return file.getFileName().toString().endsWith(".py")
        || ChainMetadata.isOwn(Checkpoints.read(file).metadata());
  }

  @Override
  public List<String> write(ModelFile model, Path file, Choices choices) throws IOException {
    choices.requireNone(word());
    PyTorch.save(model.model(), file);
    var lines = new ArrayList<>(List.of("wrote " + file, "wrote " + PyTorch.moduleFile(file)));
    Outside.of(model, TaskFile.of(model).orElse(null))
        .forEach(sentence -> lines.add("outside   " + sentence));
    return lines;
  }
}
