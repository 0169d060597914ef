package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;

/// Where a command reads and writes.
///
/// @param in what is given to the command to read
/// @param out what the command was asked for, in UTF-8 whatever the locale; what cannot be written
///     there ends the command by a [LostOutput]
/// @param err what went wrong
/// @param folder what relative paths are relative to
/// @param interactive whether a person watches, so that a line may be redrawn in place
public record Terminal(InputStream in, PrintWriter out, PrintWriter err, Path folder,
    boolean interactive) {

  /// That of the process.
  @SuppressWarnings("SystemConsoleNull") // it is null in Java 25 where input or output is no terminal
  public static Terminal ofProcess() {
    var console = System.console();
    boolean interactive =
        console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    return new Terminal(
        System.in, OutputWriter.ofProcess(), errors(), Path.of(""),
        interactive);
  }

  /// What cannot be said there can be said nowhere.
  private static PrintWriter errors() {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), UTF_8));
  }

  /// A path as it was given, in the file system of the folder.
  public Path path(Path given) {
    return folder.resolve(given.toString());
  }

  /// Prints a line that is seen at once.
  public void println(String line) {
    out.println(line);
    out.flush();
  }

  public void flush() {
    err.flush();
    out.flush();
  }
}
