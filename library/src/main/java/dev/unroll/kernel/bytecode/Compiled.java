package dev.unroll.kernel.bytecode;

import dev.unroll.kernel.plan.Stage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A stage with code that all users in the JVM share, for any shape. The code is emitted at the
/// first use, and is meant to be used once it is warm. Thread-safe.
public final class Compiled {
  /// The number of cached stages; the least recently used one is evicted.
  private static final int REMEMBERED = 256;

  private static final Map<Key, Compiled> KNOWN =
      Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
          return size() > REMEMBERED;
        }
      });

  private record Key(Stage.Rows rows, Origin origin, int lanes, boolean apart) {}

  private final Key key;
  private final AtomicBoolean rehearsed = new AtomicBoolean();
  private @Nullable Emitted emitted;
  private volatile boolean warm;

  private Compiled(Key key) {
    this.key = key;
  }

  /// Returns the stage, cached or new.
  ///
  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param apart whether each buffer has an array of its own; else all but those of the caller are
  ///     in one
  public static Compiled of(Stage.Rows rows, Origin origin, int lanes, boolean apart) {
    return KNOWN.computeIfAbsent(new Key(rows, origin, lanes, apart), Compiled::new);
  }

  /// The code, emitted at the first call.
  public synchronized Emitted emitted() {
    if (emitted == null) {
      emitted = Emitted.of(key.rows(), key.origin(), key.lanes(), key.apart());
    }
    return Objects.requireNonNull(emitted);
  }

  /// Whether the code is faster than plain Java by now.
  public boolean isWarm() {
    return warm;
  }

  /// Says that the code is warm.
  public void warm() {
    warm = true;
  }

  /// Claims the warm-up of the code; returns whether the caller should do it.
  public boolean claim() {
    return rehearsed.compareAndSet(false, true);
  }

  /// Releases the claim: the next caller may try again.
  public void release() {
    rehearsed.set(false);
  }
}
