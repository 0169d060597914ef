package dev.unroll.spark.file;

import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.util.LinkedHashMap;

/// Model files in memory, as they travel to the executors.
public final class ModelBytes {
  private ModelBytes() {}

  /// The bytes of a structure, which are those that [Structure#save] writes.
  public static byte[] of(Structure model) {
    return Safetensors.of(ModelFile.metadata(model, new LinkedHashMap<>()),
        ModelFile.tensors(model.parameters())).bytes();
  }

  /// Reads the model of a task.
  ///
  /// @param source of the bytes, for messages
  /// @throws FormatException if there is none, or it is damaged
  public static TaskFile task(byte[] file, String source) throws IOException {
    return TaskFile.of(ModelFile.of(source, Safetensors.read(file, source)))
        .orElseThrow(() -> new FormatException("%s is of no task".formatted(source)));
  }
}
