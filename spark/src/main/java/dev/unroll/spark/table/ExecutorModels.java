package dev.unroll.spark.table;

import dev.unroll.spark.file.Sha256;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/// The models that this executor has read and still uses, by the SHA-256 of their files: however
/// many tasks receive a model, it is there once.
final class ExecutorModels {
  private static final Map<String, WeakReference<TableModel>> BY_DIGEST = new HashMap<>();

  private ExecutorModels() {}

  /// The model in these bytes.
  static TableModel of(byte[] file) throws IOException {
    var digest = Sha256.of(file);
    // Held while a model is read, so that other tasks wait for it instead of reading it too.
    synchronized (BY_DIGEST) {
      var known = BY_DIGEST.get(digest);
      var model = known == null ? null : known.get();
      if (model == null) {
        model = TableModel.of(file, "the model that was sent");
        BY_DIGEST.values().removeIf(reference -> reference.get() == null);
        BY_DIGEST.put(digest, new WeakReference<>(model));
      }
      return model;
    }
  }
}
