package dev.unroll.keras.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A `.keras` file to be written: a configuration, and arrays by their paths.
///
/// @param about what the model says beside its layers, texts by key, which Keras does not read
/// @param config what `config.json` says
/// @param arrays vectors `float[]` and matrices `float[][]`
public record KerasArchive(SequencedMap<String, String> about,
    SequencedMap<String, Object> config, Map<String, Object> arrays) {
  /// The first version of this form; later ones read it.
  private static final String VERSION = "3.0.0";
  private static final LocalDateTime NEVER = LocalDateTime.of(1980, 1, 1, 0, 0);

  /// Writes the file, as a whole or not at all.
  public void write(Path file) throws IOException {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("keras_version", VERSION);
    metadata.put(KerasFile.OWN, about);
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      put(zip, "metadata.json", Json.write(metadata).getBytes(UTF_8));
      put(zip, "config.json", Json.write(config).getBytes(UTF_8));
      put(zip, "model.weights.h5", HdfWriter.bytes(arrays));
    }
    SafeFile.write(file, bytes.toByteArray());
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    var entry = new ZipEntry(name);
    // The same model, the same bytes.
    entry.setTimeLocal(NEVER);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
