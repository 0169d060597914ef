package dev.unroll.spark.file;

import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import java.util.LinkedHashMap;

/// The file of a structure, as it travels to the executors.
public final class ModelBytes {
  private ModelBytes() {}

  /// Its bytes, which are those that [Structure#save] writes.
  public static byte[] of(Structure model) {
    return Safetensors.of(ModelFile.metadata(model, new LinkedHashMap<>()),
        ModelFile.tensors(model.parameters())).bytes();
  }
}
