package dev.unroll.stream;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/// Where the workers of an engine load a model from: the job itself ([#of]), a file that every
/// worker can read ([#file]), or any function that returns its bytes ([#bytes]). All tasks of a JVM
/// share one copy of the model.
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

  /// A model file or the folder of a training run, which each worker reads when it starts: for
  /// models that are large, or replaced.
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
