package dev.unroll.kernel.warmup;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes vector code hot before it is used: until C2 has compiled it, code on the Vector API runs a
/// hundred to forty thousand times slower than plain Java.
///
/// One daemon thread of low priority rehearses what it is given, in turns, until vectors beat plain
/// Java; it gives up after some seconds (as under `-Xint`, where they never do) and ends when there
/// is nothing left. The system property `unroll.warmup` chooses:
///
/// | | |
/// | --- | --- |
/// | `background` | as described above; plain Java is used until then (default) |
/// | `eager` | the thread that adds a rehearsal waits for it: for measurements |
/// | `off` | vector code is used at once: for tests |
///
/// `unroll.warmup.seconds` is how long it tries, 10 by default; on a busy machine
/// the compiler may need longer.
public final class Warmup {
  /// When vector code is used.
  enum Mode {
    BACKGROUND, EAGER, OFF
  }

  private static final String PROPERTY = "unroll.warmup";

  /// The duration of a turn of a rehearsal, a quarter of it for plain Java.
  private static final long TURN = 2_000_000;

  /// How long the thread waits before its first turn: emitting and compiling take both cores of a
  /// small machine, and a program that has just started has its first result to show.
  private static final long PATIENCE = 400_000_000;

  /// The time after which a rehearsal ends without success.
  private static final long LIMIT = 1_000_000_000L * Long.getLong("unroll.warmup.seconds", 10);

  /// The number of consecutive turns in which vectors must have been faster, by
  /// [Rehearsal#gain].
  private static final int WINS = 2;

  /// If vectors gain less, it is enough that they were ahead for this long.
  private static final long LASTING = 1_500_000_000;

  private static final Queue<Exercise> WAITING = new ArrayDeque<>();
  private static @Nullable Thread thread;

  private Warmup() {}

  /// The mode of the property.
  ///
  /// @throws IllegalStateException if there is no such mode
  static Mode mode() {
    var wanted = System.getProperty(PROPERTY, "background");
    return switch (wanted) {
      case "background" -> Mode.BACKGROUND;
      case "eager" -> Mode.EAGER;
      case "off" -> Mode.OFF;
      default -> throw new IllegalStateException(
          "-D%s=%s: expected background, eager or off".formatted(PROPERTY, wanted));
    };
  }

  /// Work that takes turns with others until it is done.
  public interface Exercise {
    /// Takes a turn of a few milliseconds; returns whether it was the last one.
    boolean take();
  }

  /// Rehearses, in the background or at once, according to the mode.
  public static void add(Rehearsal rehearsal) {
    if (mode() == Mode.OFF) {
      rehearsal.ready();
    } else {
      add(new Turns(rehearsal));
    }
  }

  /// Does an exercise, in the background, at once or not at all, according to the mode.
  public static void add(Exercise exercise) {
    switch (mode()) {
      case OFF -> {}
      case EAGER -> {
        while (!exercise.take()) {
          Thread.onSpinWait();
        }
      }
      case BACKGROUND -> enqueue(exercise);
    }
  }

  /// Whether there is nothing left to rehearse.
  public static boolean isOver() {
    synchronized (WAITING) {
      return thread == null;
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint: nothing depends on it
  private static void enqueue(Exercise exercise) {
    synchronized (WAITING) {
      WAITING.add(exercise);
      if (thread == null) {
        thread = Thread.ofPlatform().name("unroll-warmup").daemon()
            .priority(Thread.MIN_PRIORITY).start(Warmup::rehearse);
      }
    }
  }

  private static void rehearse() {
    LockSupport.parkNanos(PATIENCE);
    for (var next = next(null); next != null; next = next(next.take() ? null : next)) {
      // The compiler needs the processor as well, and so does the real work.
      LockSupport.parkNanos(TURN / 8);
    }
  }

  /// Puts the unfinished exercise back and takes the next one; null ends the thread.
  private static @Nullable Exercise next(@Nullable Exercise unfinished) {
    synchronized (WAITING) {
      if (unfinished != null) {
        WAITING.add(unfinished);
      }
      var next = WAITING.poll();
      if (next == null) {
        thread = null;
      }
      return next;
    }
  }

  /// A rehearsal and how far it got.
  private static final class Turns implements Exercise {
    private final Rehearsal rehearsal;
    private long spent;
    private long ahead;
    private int wins;

    Turns(Rehearsal rehearsal) {
      this.rehearsal = rehearsal;
    }

    @Override
    public boolean take() {
      try {
        long vector = nanoseconds(rehearsal::vector, TURN);
        long plain = nanoseconds(rehearsal::plain, TURN / 4);
        wins = rehearsal.gain() * vector < plain ? wins + 1 : 0;
        ahead = vector < plain ? ahead + TURN : 0;
      } catch (RuntimeException e) {
        System.getLogger("dev.unroll").log(System.Logger.Level.WARNING,
            "What fails in a rehearsal stays in plain Java", e);
        spent = LIMIT;
        wins = 0;
        ahead = 0;
      }
      boolean warm = wins == WINS || ahead >= LASTING;
      if (warm) {
        rehearsal.ready();
      } else if (spent >= LIMIT) {
        rehearsal.givenUp();
      }
      return warm || spent >= LIMIT;
    }

    /// The time of one call.
    private long nanoseconds(Runnable work, long atLeast) {
      long start = System.nanoTime();
      long calls = 0;
      long passed;
      do {
        work.run();
        calls++;
        passed = System.nanoTime() - start;
      } while (passed < atLeast);
      spent += passed;
      return passed / calls;
    }
  }
}
