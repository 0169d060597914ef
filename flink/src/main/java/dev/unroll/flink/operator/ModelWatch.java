package dev.unroll.flink.operator;

import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// A model file, or the folder of a training run, that is watched. A file that changes while it is
/// read is left for the next look. One caller at a time.
final class ModelWatch {
  private final Path path;
  private @Nullable Look seen;

  ModelWatch(String file) {
    path = Path.of(file);
  }

  /// What tells one file from another without reading it.
  private record Look(FileTime time, long size, @Nullable Object key) {}

  /// The model in the file; null if the file has not changed since the last look, is being written,
  /// or does not exist.
  ///
  /// @throws IOException if there is no intact model in it: once for the same file
  /// @throws dev.unroll.data.DataException if the model cannot be used in a stream: likewise
  @Nullable
  StreamModel look() throws IOException {
    Look before;
    byte[] bytes;
    try {
      var file = StreamModel.file(path);
      before = now(file);
      if (before.equals(seen)) {
        return null;
      }
      bytes = Files.readAllBytes(file);
      if (!now(file).equals(before)) {
        return null;
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    seen = before;
    return ModelSource.bytes(() -> bytes).load();
  }

  private static Look now(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Look(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }
}
