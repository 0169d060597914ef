package dev.unroll.app.console;

/// The line `WARNING: Using incubator modules: jdk.incubator.vector`, which the JVM prints before
/// `main` and which no option turns off.
public final class IncubatorNotice {
  private static final String LINE_UP = "\033[A";
  private static final String ERASE_LINE = "\033[2K";

  private IncubatorNotice() {}

  /// Erases the line if the launcher saw that it is on a terminal.
  public static void erase() {
    if (Integer.getInteger("unroll.terminal.erase", 0) == 1) {
      System.err.print(LINE_UP + ERASE_LINE + "\r");
      System.err.flush();
    }
  }
}
