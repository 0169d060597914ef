package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.logging.LogManager;

/// Logging of the libraries that the command line uses: warnings alone. It costs nothing until one
/// of them logs.
public final class QuietLogging {
  private static final String PROPERTY = "java.util.logging.config.class";

  /// Called by `java.util.logging` when the first message is logged.
  ///
  /// @throws IOException never: it reads from memory
  public QuietLogging() throws IOException {
    var settings = "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n";
    LogManager.getLogManager()
        .readConfiguration(new ByteArrayInputStream(settings.getBytes(US_ASCII)));
  }

  /// Begins with it, unless the user has other settings.
  public static void begin() {
    if (System.getProperty("java.util.logging.config.file") == null
        && System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, QuietLogging.class.getName());
    }
  }
}
