package dev.unroll.app.console;

import java.nio.file.InvalidPathException;
import org.jspecify.annotations.Nullable;

/// Names that the locale of the process cannot tell. In the locale C, which `./unroll` avoids, that
/// is each name with a letter beyond ASCII; in others it is one whose bytes are in another
/// encoding.
public final class FileNames {
  /// What the JVM puts in place of bytes that it cannot read.
  private static final char REPLACEMENT = '\uFFFD';

  private FileNames() {}

  /// What is wrong with the first argument that arrived with letters lost; `null` if all arrived
  /// whole.
  public static @Nullable String firstLost(String... args) {
    for (var arg : args) {
      if (arg.indexOf(REPLACEMENT) >= 0) {
        return "'%s' has letters that the locale of this process (%s) cannot tell; %s"
            .formatted(arg, encoding(), cure());
      }
    }
    return null;
  }

  /// The sentence for a name that a model or another file gives.
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
