package dev.unroll.server.repository;

import dev.unroll.format.FormatException;
import dev.unroll.server.model.ModelSetting;
import dev.unroll.server.model.ServedFile;
import dev.unroll.server.sequence.SequenceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/// Loads a model and runs it until it is warm, so that its first request is answered as quickly as
/// all others.
///
/// @param setting of models
/// @param stepped is told how many sequences of a model, by its name, were stepped in a call
/// @param table makes a table of sequences
public record ModelLoading(ModelSetting setting, ObjIntConsumer<String> stepped,
    Supplier<SequenceTable> table) {
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  ModelVersion load(FoundModel found, ModelRepository repository) throws IOException {
    if (found.size() > MOST_BYTES) {
      throw new FormatException("%s has %d bytes, at most %d can be served"
          .formatted(found.file(), found.size(), MOST_BYTES));
    }
    var model = ServedFile.of(bytes(found), found.file().toString(),
        setting.stepped(n -> stepped.accept(found.name(), n)));
    var steps = model.steps();
    if (steps != null) {
      steps.warm();
    }
    return new ModelVersion(found.name(), found.version(), model,
        repository.table(found.name(), table));
  }

  /// Reads no more than the file had when it was found: a pipe, or a file that grows, has no end.
  private static byte[] bytes(FoundModel found) throws IOException {
    if (!Files.isRegularFile(found.file())) {
      throw new FormatException("%s is not a regular file".formatted(found.file()));
    }
    try (var in = Files.newInputStream(found.file())) {
      var bytes = in.readNBytes((int) found.size());
      if (bytes.length < found.size() || in.read() >= 0) {
        throw new FormatException("%s is still being written".formatted(found.file()));
      }
      return bytes;
    }
  }
}
