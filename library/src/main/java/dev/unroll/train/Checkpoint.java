package dev.unroll.train;

import dev.unroll.format.FormatException;
import dev.unroll.format.Json;
import dev.unroll.format.JsonFields;
import dev.unroll.format.ModelFile;
import dev.unroll.format.Safetensors;
import dev.unroll.format.StoredTensor;
import dev.unroll.layer.LayerRun.StateRows;
import dev.unroll.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// Everything that a run needs to go on as if it had not been interrupted: a model file with the
/// arrays of the optimiser, the carried states and the progress added.
public final class Checkpoint {
  private static final String KEY = "unroll.checkpoint";
  private static final String STATE = "state.";

  private final ModelFile file;
  private final JsonFields fields;
  private final TrainingSettings settings;
  private final Progress progress;

  private Checkpoint(ModelFile file, JsonFields fields) throws IOException {
    this.file = file;
    this.fields = fields;
    var s = fields.object("settings");
    try {
      settings = new TrainingSettings(s.integer("batch"), s.integer("time"),
          s.has("recompute") ? s.integer("recompute") : 0, Provenance.recipe(s));
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s: %s".formatted(file.source(), e.getMessage()), e);
    }
    progress = Progress.of(fields.object("progress"), file.source());
  }

  /// Reads a checkpoint.
  ///
  /// @throws FormatException if it is not an intact checkpoint
  public static Checkpoint read(Path path) throws IOException {
    var file = ModelFile.read(path);
    var text = file.metadata().get(KEY);
    if (text == null) {
      throw new FormatException(
          "%s is a model, not a checkpoint; resume from the folder that holds %s"
              .formatted(path, TextTraining.CHECKPOINT));
    }
    return new Checkpoint(file, JsonFields.parse(text, path + ", " + KEY));
  }

  /// Where the text came from, as [TextTask#source].
  public String source() throws IOException {
    return fields.object("data").string("source");
  }

  /// The settings of the run.
  public TrainingSettings settings() {
    return settings;
  }

  /// The model with the weights of the checkpoint.
  public LanguageModel model() {
    return file.model();
  }

  /// The steps done when it was written.
  public long step() {
    return progress.step();
  }

  Progress progress() {
    return progress;
  }

  void requireText(TextTask task) throws IOException {
    var expected = fields.object("data").string("sha256");
    if (!task.sha256().equals(expected)) {
      throw new FormatException(
          ("%s was trained on another text than %s: SHA-256 %s, expected %s; give the text it was "
              + "started with").formatted(file.source(), task.source(), task.sha256(), expected));
    }
  }

  void restore(OptimizerRun optimizer, List<StateRows> states) throws IOException {
    Resumption.restore(optimizer, progress, fields.object("progress"), file.tensors());
    for (var state : states) {
      var rows = state.rows();
      Resumption.copy(file.tensors(), STATE + state.name(), rows.array(), rows.offset(),
          settings.batch() * rows.columns());
    }
  }

  static void write(Path path, LanguageModel model, TextTask task, TrainingSettings settings,
      Progress progress, OptimizerRun optimizer, List<StateRows> states) throws IOException {
    var data = new LinkedHashMap<String, Object>();
    data.put("data", Provenance.data(task));
    data.put("settings", Provenance.settings(settings));
    data.put("progress", Resumption.fields(progress, optimizer));
    var metadata = ModelFile.metadata(
        model, task.vocabulary(), Provenance.of(task, settings, progress));
    metadata.put(KEY, Json.write(data));
    var tensors = ModelFile.tensors(model);
    tensors.putAll(Resumption.tensors(optimizer));
    for (var state : states) {
      var rows = state.rows();
      int n = settings.batch() * rows.columns();
      tensors.put(STATE + state.name(), StoredTensor.of(
          Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + n), n));
    }
    Safetensors.of(metadata, tensors).write(path);
  }
}
