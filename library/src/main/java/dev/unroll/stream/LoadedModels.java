package dev.unroll.stream;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/// The models that this JVM has loaded and still uses, by version: however many tasks of an engine
/// receive a model, it is there once.
final class LoadedModels {
  private static final Map<String, WeakReference<StreamModel>> BY_VERSION = new HashMap<>();

  private LoadedModels() {}

  /// The model in these bytes.
  ///
  /// @param source where they come from, for messages
  /// @throws dev.unroll.format.FormatException if there is no intact model in them
  static StreamModel of(byte[] file, String source) throws IOException {
    var version = StreamFile.version(file);
    // Held while a model is read, so that others wait for it instead of reading it too.
    synchronized (BY_VERSION) {
      var known = BY_VERSION.get(version);
      var model = known == null ? null : known.get();
      if (model == null) {
        model = StreamModel.of(file, source);
        BY_VERSION.values().removeIf(reference -> reference.get() == null);
        BY_VERSION.put(version, new WeakReference<>(model));
      }
      return model;
    }
  }
}
