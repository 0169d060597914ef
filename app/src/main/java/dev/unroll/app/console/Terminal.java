package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;

/// The input and output of a command.
///
/// @param in the input of the command
/// @param out the output of the command, in UTF-8 whatever the locale; if it cannot be written, the
///     command ends with a [LostOutput]
/// @param err errors
/// @param folder the folder of relative paths
/// @param interactive whether output goes to a person, so that a line may be redrawn in place
public record Terminal(InputStream in, PrintWriter out, PrintWriter err, Path folder,
    boolean interactive) {

  /// The terminal of the process.
  @SuppressWarnings("SystemConsoleNull") // it is null in Java 25 without a terminal
  public static Terminal ofProcess() {
    var console = System.console();
    boolean interactive =
        console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    return new Terminal(
        System.in, OutputWriter.ofProcess(), errors(), Path.of(""),
        interactive);
  }

  /// Errors that cannot be printed there are lost.
  private static PrintWriter errors() {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), UTF_8));
  }

  /// A path as it was given, in the file system of the folder.
  public Path path(Path given) {
    return folder.resolve(given.toString());
  }

  /// Prints a line and flushes.
  public void println(String line) {
    out.println(line);
    out.flush();
  }

  public void flush() {
    err.flush();
    out.flush();
  }
}
