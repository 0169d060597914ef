package dev.unroll.app.studio.play;

import dev.unroll.app.studio.runs.Run;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What was read last for a model, kept for as long as its file stays as it is and no other model
/// is asked for. Thread-safe.
///
/// @param <T> what is read
public final class KeptData<T> {
  private @Nullable T kept;
  private String key = "";

  /// Reads it.
  ///
  /// @param <T> what is read
  public interface Reader<T> {
    /// Reads it.
    ///
    /// @throws IOException one sentence
    T read() throws IOException;
  }

  /// An empty one.
  public KeptData() {
    // What is read comes when it is asked for.
  }

  /// What was read for a model, or is read now.
  public synchronized T of(Run run, Playable model, Reader<T> reader) throws IOException {
    var wanted = "%s %d".formatted(run.folder(), model.changed());
    var known = kept;
    if (known == null || !wanted.equals(key)) {
      known = reader.read();
      kept = known;
      key = wanted;
    }
    return known;
  }
}
