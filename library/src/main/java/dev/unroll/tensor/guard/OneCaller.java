package dev.unroll.tensor.guard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Refuses overlapping calls of an object that serves one caller at a time: two threads in it at
/// once would silently compute wrong results. Threads may take turns.
///
/// ```java
/// caller.enter();
/// try {
///   …
/// } finally {
///   caller.leave();
/// }
/// ```
///
/// One field and one compare-and-set a call; nothing is allocated. A call within a call is refused
/// as well. Safe for use by several threads.
public final class OneCaller {
  private static final VarHandle INSIDE;

  static {
    try {
      INSIDE = MethodHandles.lookup().findVarHandle(OneCaller.class, "inside", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String what;
  private final String cure;

  /// The thread in a call; null if there is none.
  @SuppressWarnings("UnusedVariable") // by its handle
  private @Nullable Thread inside;

  /// @param what the name of the object
  /// @param cure what to do instead, for the end of a message
  public OneCaller(String what, String cure) {
    this.what = what;
    this.cure = cure;
  }

  /// Begins a call.
  ///
  /// @throws IllegalStateException if another one has not ended
  public void enter() {
    var me = Thread.currentThread();
    var other = (Thread) INSIDE.compareAndExchange(this, (Thread) null, me);
    if (other != null) {
      throw refused(other, me);
    }
  }

  /// Ends the call.
  public void leave() {
    INSIDE.setRelease(this, (Thread) null);
  }

  private IllegalStateException refused(Thread other, Thread me) {
    return new IllegalStateException(
        "%s is in a call of thread %s, and was called by %s; it serves one caller at a time: %s"
            .formatted(what, name(other), other == me ? "the same one within it" : name(me), cure));
  }

  private static String name(Thread thread) {
    return thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
  }
}
