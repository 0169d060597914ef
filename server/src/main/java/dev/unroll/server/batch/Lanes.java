package dev.unroll.server.batch;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/// Things of which each serves one caller at a time: as many are made as are used at once.
///
/// @param <T> what they are
public final class Lanes<T> {
  private final ConcurrentLinkedQueue<T> free = new ConcurrentLinkedQueue<>();
  private final Supplier<T> maker;

  public Lanes(Supplier<T> maker) {
    this.maker = maker;
  }

  /// Uses one. It is not used again if that fails: it may be in the middle of something.
  public <R> R use(Function<T, R> use) {
    var found = free.poll();
    var one = found == null ? maker.get() : found;
    var result = use.apply(one);
    free.add(one);
    return result;
  }
}
