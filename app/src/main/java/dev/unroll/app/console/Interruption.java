package dev.unroll.app.console;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Ctrl-C, SIGTERM and a closed terminal: the first signal requests an end, the second one, or a
/// minute without an end, ends the process at once.
///
/// Java receives signals only through `sun.misc.Signal` (module jdk.unsupported). It is reached by
/// reflection because the compiler's warning about it cannot be suppressed; if it is missing
/// or a signal is not free, the signal keeps its default, which ends the process.
public final class Interruption implements AutoCloseable {
  /// The signals and their numbers; the exit code is 128 + number.
  private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "HUP", 1, "TERM", 15);

  private static final long PATIENCE_SECONDS = 60;

  private final Map<String, Object> before = new LinkedHashMap<>();
  private final AtomicInteger exitCode = new AtomicInteger();
  private final Runnable stop;

  private Interruption(Runnable stop) {
    this.stop = stop;
    SIGNALS.forEach((name, number) -> handle(name, () -> interrupt(128 + number)));
  }

  /// Listens until closed.
  ///
  /// @param stop runs once, on another thread
  public static Interruption listen(Runnable stop) {
    return new Interruption(stop);
  }

  /// The exit code for the signal that came, 0 if none did.
  public int exitCode() {
    return exitCode.get();
  }

  private void interrupt(int code) {
    if (!exitCode.compareAndSet(0, code)) {
      Runtime.getRuntime().halt(code);
    }
    Thread.ofPlatform().daemon().name("unroll-interruption").start(() -> endAfterPatience(code));
    stop.run();
  }

  private static void endAfterPatience(int code) {
    try {
      TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code);
  }

  private void handle(String name, Runnable action) {
    try {
      var run = MethodHandles.lookup()
          .findVirtual(Runnable.class, "run", MethodType.methodType(void.class)).bindTo(action);
      var ofSignal = MethodHandles.dropArguments(run, 0, Class.forName("sun.misc.Signal"));
      before.put(name, register(name, MethodHandleProxies
          .asInterfaceInstance(Class.forName("sun.misc.SignalHandler"), ofSignal)));
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      // The signal keeps its default.
    }
  }

  private static Object register(String name, Object handler) throws ReflectiveOperationException {
    var type = Class.forName("sun.misc.Signal");
    var handlerType = Class.forName("sun.misc.SignalHandler");
    var signal = type.getConstructor(String.class).newInstance(name);
    return type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
  }

  @Override
  public void close() {
    before.forEach(
        (name, handler) -> {
          try {
            register(name, handler);
          } catch (ReflectiveOperationException _) {
            // It was registered before, so it can be again; if not, nothing is lost.
          }
        });
  }
}
