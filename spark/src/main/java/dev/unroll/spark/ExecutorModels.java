package dev.unroll.spark;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// The models that this executor has read and still uses, by the SHA-256 of their files: however
/// many tasks receive a model, it is there once.
final class ExecutorModels {
  private static final Map<String, WeakReference<TableModel>> BY_DIGEST = new HashMap<>();

  private ExecutorModels() {}

  /// The model in these bytes.
  static TableModel of(byte[] file) throws IOException {
    var digest = sha256(file);
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

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
