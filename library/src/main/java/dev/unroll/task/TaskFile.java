package dev.unroll.task;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SequencedMap;

/// A model file with one more key in its metadata, `unroll.task`: the task of the model, and its
/// settings. [dev.unroll.model.Model#load] reads only the model of such a file.
///
/// @param file the model file
/// @param task the name of the task
/// @param fields the fields that the task has written
public record TaskFile(ModelFile file, String task, JsonFields fields) {
  private static final String KEY = "unroll.task";
  private static final String TASK = "task";

  /// The task of a model file, if it has one.
  ///
  /// @throws FormatException if its description cannot be read
  public static Optional<TaskFile> of(ModelFile file) throws FormatException {
    var text = file.metadata().get(KEY);
    if (text == null) {
      return Optional.empty();
    }
    var fields = JsonFields.parse(text, file.source() + ", " + KEY);
    return Optional.of(new TaskFile(file, fields.string(TASK), fields));
  }

  /// Reads a file of a task.
  ///
  /// @param task its name
  /// @throws FormatException if there is no intact model in the file, or it does another task
  public static TaskFile read(Path path, String task) throws IOException {
    var found = of(ModelFile.read(path));
    if (found.isEmpty()) {
      throw new FormatException(
          "%s holds a model, but no task; expected one that was made to %s".formatted(path, task));
    }
    if (!found.get().task.equals(task)) {
      throw new FormatException(
          "%s was made to %s, expected one that was made to %s".formatted(path,
              found.get().task, task));
    }
    return found.get();
  }

  /// Makes what a file holds of its model and its fields.
  ///
  /// @param <M> the structure of the model
  /// @param <T> what the file holds
  @FunctionalInterface
  public interface Content<M, T> {
    /// What the file holds.
    ///
    /// @throws IllegalArgumentException if fields are out of range
    T of(M model, JsonFields fields) throws FormatException;
  }

  /// What the file holds, if it is of a task and its model of a structure.
  ///
  /// @param task its name
  /// @param noun what it should be, for messages: `a detector`
  /// @throws FormatException if it is that of another task, or not intact
  public <M extends Structure, T> T as(String task, String noun, Class<M> structure,
      Content<M, T> content) throws FormatException {
    if (!this.task.equals(task) || !structure.isInstance(file.model())) {
      throw new FormatException("%s was made to %s, expected one that was made to %s"
          .formatted(file.source(), this.task, task));
    }
    try {
      return content.of(structure.cast(file.model()), fields);
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s describes %s that cannot be: %s"
          .formatted(file.source(), noun, e.getMessage()), e);
    }
  }

  /// Writes a model with its task, so that a crash leaves the old file or the new one.
  public static void write(Path path, Structure model, SequencedMap<String, ?> provenance,
      String task, SequencedMap<String, Object> fields) throws IOException {
    content(model, provenance, task, fields).write(path);
  }

  /// What the file of a model with its task holds.
  public static Safetensors content(Structure model, SequencedMap<String, ?> provenance,
      String task, SequencedMap<String, Object> fields) {
    fields.putFirst(TASK, task);
    var metadata = ModelFile.metadata(model, provenance);
    metadata.put(KEY, Json.write(fields));
    return Safetensors.of(metadata, ModelFile.tensors(model.parameters()));
  }
}
