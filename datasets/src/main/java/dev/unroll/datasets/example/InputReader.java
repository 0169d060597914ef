package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Reads a user's inputs for prediction, as in an [ExampleFile], whose targets are ignored and may
/// be missing. An input that cannot be read does not delay the others.
public sealed interface InputReader extends AutoCloseable permits InputLines, InputRows {

  /// The next inputs.
  ///
  /// @param most the largest number of inputs, at least 1
  /// @return empty at the end
  /// @throws DataException one sentence with the number of the line, for the next input if it
  ///     cannot be read; the one after it is read by the next call
  InputFile next(int most) throws IOException;

  @Override
  void close() throws IOException;

  /// Opens a file: CSV or TSV if its name says so, else JSON Lines.
  ///
  /// @param field the column or field of the inputs; null for `input`
  /// @param tokens the tokens of the symbols; null for numbers
  /// @throws DataException one sentence, if it cannot be read at all
  static InputReader of(Path file, @Nullable String field, As as, @Nullable Tokens tokens)
      throws IOException {
    if (Looks.isTable(file)) {
      return InputRows.of(file, field, as, tokens);
    }
    if (isArray(file)) {
      return InputRows.ofArray(file, field, as, tokens);
    }
    var in = Files.newInputStream(file);
    return new InputLines(isGzip(file) ? new GZIPInputStream(in) : in, file.toString(), field, as,
        tokens);
  }

  private static boolean isGzip(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.read() == 0x1F && in.read() == 0x8B;
    }
  }

  private static boolean isArray(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      int c = in.read();
      while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        c = in.read();
      }
      return c == '[';
    }
  }
}
