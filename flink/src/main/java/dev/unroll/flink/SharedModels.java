package dev.unroll.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The models that tasks of this JVM have loaded from files. Each is loaded once, and released by
/// the last task that uses it.
final class SharedModels {
  private static final Map<String, SharedModels> BY_FILE = new HashMap<>();

  private final Object model;
  private int tasks;

  private SharedModels(Object model) {
    this.model = model;
  }

  /// The model in a file, which is loaded if no task uses it.
  @SuppressWarnings("unchecked") // a file has a model of one type
  static <M> M acquire(String file, AsyncAnswers.Loading<M> loading) throws IOException {
    synchronized (BY_FILE) {
      var shared = BY_FILE.get(file);
      if (shared == null) {
        shared = new SharedModels(loading.load(Path.of(file)));
        BY_FILE.put(file, shared);
      }
      shared.tasks++;
      return (M) shared.model;
    }
  }

  static void release(String file) {
    synchronized (BY_FILE) {
      var shared = BY_FILE.get(file);
      if (shared != null && --shared.tasks == 0) {
        BY_FILE.remove(file);
      }
    }
  }
}
