package dev.unroll.app.studio;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The browser of whoever runs the command. The JVM's own way needs AWT, which servers lack.
final class Browser {
  private Browser() {}

  /// Opens an address; false if the system has no way to.
  static boolean open(String address) {
    var system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.contains("win")) {
      return start(List.of("rundll32", "url.dll,FileProtocolHandler", address));
    }
    if (system.contains("mac")) {
      return start(List.of("open", address));
    }
    boolean screen = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
    return screen && start(List.of("xdg-open", address));
  }

  private static boolean start(List<String> command) {
    try {
      new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
