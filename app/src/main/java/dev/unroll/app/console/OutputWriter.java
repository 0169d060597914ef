package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// Text in UTF-8 that a command prints. A [PrintWriter] swallows exceptions; this writer behind it
/// throws [LostOutput], for which no print statement has to check.
public final class OutputWriter extends Writer {
  /// The file type in the mode of a Unix file, as of a pipe and a socket.
  private static final int KIND = 0170000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  private final Writer out;
  private final BooleanSupplier readByAnother;

  private OutputWriter(OutputStream out, BooleanSupplier readByAnother) {
    this.out = new OutputStreamWriter(out, UTF_8);
    this.readByAnother = readByAnother;
  }

  /// The standard output of the process.
  public static PrintWriter ofProcess() {
    return new PrintWriter(new OutputWriter(new FileOutputStream(FileDescriptor.out),
        OutputWriter::isPipe));
  }

  /// A writer to any other stream.
  public static PrintWriter to(OutputStream out) {
    return new PrintWriter(new OutputWriter(out, () -> false));
  }

  /// Whether standard output is read by another process: then an error means that it has ended. The
  /// words of an error may be in any language.
  private static boolean isPipe() {
    try {
      var mode = Files.getAttribute(Path.of("/dev/fd/1"), "unix:mode");
      int kind = mode instanceof Integer number ? number & KIND : 0;
      return kind == PIPE || kind == SOCKET;
    } catch (IOException | RuntimeException _) {
      return false; // a system without such files
    }
  }

  private LostOutput lost(IOException e) {
    boolean pipe = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    return new LostOutput(e, pipe || readByAnother.getAsBoolean());
  }

  @Override
  public void write(char[] text, int from, int length) {
    try {
      out.write(text, from, length);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw lost(e);
    }
  }
}
