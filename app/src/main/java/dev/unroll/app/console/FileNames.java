package dev.unroll.app.console;

import java.nio.file.InvalidPathException;
import org.jspecify.annotations.Nullable;

/// Names that cannot be represented in the locale of the process. In the locale C, which `./unroll`
/// avoids, these are names with a letter beyond ASCII; in others, names with bytes in another
/// encoding.
public final class FileNames {
  /// The character that the JVM puts in place of bytes that it cannot decode.
  private static final char REPLACEMENT = '\uFFFD';

  private FileNames() {}

  /// The message for the first argument that arrived with letters lost; `null` if all arrived
  /// intact.
  public static @Nullable String firstLost(String... args) {
    for (var arg : args) {
      if (arg.indexOf(REPLACEMENT) >= 0) {
        return "'%s' has letters that the locale of this process (%s) cannot tell; %s"
            .formatted(arg, encoding(), cure());
      }
    }
    return null;
  }

  /// The message for a name in a model or another file.
  public static String sentence(InvalidPathException failure) {
    return "'%s' can be no file name in the locale of this process (%s): %s; %s".formatted(
        failure.getInput().replaceAll("\\p{Cntrl}", "·"), encoding(), failure.getReason(), cure());
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", "unknown");
  }

  private static String cure() {
    return encoding().equals("UTF-8") ? "rename the file"
        : "set LC_ALL to a UTF-8 locale, such as C.UTF-8";
  }
}
