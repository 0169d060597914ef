package dev.unroll.app.export;

import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A format that models are exported to; [ExportFormats] lists them.
interface ExportFormat {

  /// The word behind `--to`.
  String word();

  /// The name of the file where none is given.
  String fileName();

  /// The files that [#write] writes.
  List<Path> files(ModelFile model, Path file);

  /// Whether a file that is there is an export of ours, which the next one may replace.
  boolean isOwn(Path file) throws IOException;

  /// Refuses to replace a file that Unroll has not written; an empty one holds nothing.
  ///
  /// @throws IllegalArgumentException one sentence with the cure
  default void requireOwn(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) == 0) {
      return; // what is no file at all is refused when it is written
    }
    boolean own;
    try {
      own = isOwn(file);
    } catch (FormatException _) {
      own = false;
    }
    if (!own) {
      throw new IllegalArgumentException(
          "%s is there already and is no %s export of Unroll; give the export another name"
              .formatted(file, word()));
    }
  }

  /// Writes a model.
  ///
  /// @return the lines that are printed: what was written, and what the other program has to know
  /// @throws IllegalArgumentException if the format has no such model, or no such choice
  List<String> write(ModelFile model, Path file, Choices choices) throws IOException;

  /// What a user may choose; a format refuses what it does not have.
  ///
  /// @param opset the version of ONNX's operators; null for the default
  /// @param states whether states are inputs and outputs
  /// @param withoutLengths whether all sequences of a batch have one length
  record Choices(@Nullable Integer opset, boolean states, boolean withoutLengths) {

    /// Refuses all of them.
    ///
    /// @throws IllegalArgumentException if one is asked for
    void requireNone(String format) {
      if (opset != null || states || withoutLengths) {
        throw new IllegalArgumentException("%s is for --to onnx, not for --to %s; leave it out"
            .formatted(opset != null ? "--opset" : states ? "--states" : "--no-lengths", format));
      }
    }
  }
}
