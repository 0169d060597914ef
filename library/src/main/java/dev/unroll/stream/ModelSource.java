package dev.unroll.stream;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/// Where the workers of an engine find a model: with it ([#of]), in a file that each of them can
/// read ([#file]), or wherever a function reads it. However many tasks of a JVM load it, it is
/// there once.
///
/// ```java
/// ModelSource bucket = ModelSource.bytes(() -> store.get("models/next-click.safetensors"));
/// ```
@FunctionalInterface
public interface ModelSource extends Serializable {
  /// Loads the model, or returns the one that was loaded before.
  ///
  /// @throws IOException if it cannot be read
  StreamModel load() throws IOException;

  /// The model itself: its bytes travel with the job.
  static ModelSource of(StreamModel model) {
    return () -> model;
  }

  /// A model file, which each worker reads when it starts: for models that are large, or replaced.
  static ModelSource file(String path) {
    return () -> LoadedModels.of(StreamFile.bytes(Path.of(path)), path);
  }

  /// The bytes of a model file, wherever they come from.
  static ModelSource bytes(Bytes bytes) {
    return () -> LoadedModels.of(bytes.read(), "the model that was loaded");
  }

  /// Reads the bytes of a model file.
  @FunctionalInterface
  interface Bytes extends Serializable {
    byte[] read() throws IOException;
  }
}
