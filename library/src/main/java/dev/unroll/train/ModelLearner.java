package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.safetensors.Dtype;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.layer.Layer;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.parallel.Reduction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Trains any model on its batches. The best parameters are kept in memory, and in a folder if
/// given.
final class ModelLearner implements Learner {
  private static final String LAYERS = "unroll.layers";
  private static final String CHECKPOINT = "unroll.checkpoint";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String STATE = "state.";
  private static final String MONITOR = "monitor";

  private final Model model;
  private final Batches train;
  private final @Nullable Batches validation;
  private final Recipe recipe;
  private final @Nullable Path folder;
  private final @Nullable Reduction reduction;
  private final Origin origin;
  private final Monitor monitor;
  private final ModelRun run;
  private final @Nullable ModelRun validationRun;
  private final float[] best;
  private final Engine engine;

  /// Where the run has the states that are carried from batch to batch.
  private final List<Rows> carried;

  /// The states of each shard after its last batch, `[shards][states]`.
  private final float[][][] shardStates;

  /// The initial states of the last batch.
  private final List<float[]> before = new ArrayList<>();

  ModelLearner(Model model, Batches train, @Nullable Batches validation, Recipe recipe,
      Engine engine,
      @Nullable Path folder, Origin origin, Monitor monitor, @Nullable Reduction reduction) {
    this.model = model;
    this.train = recipe.shards() > 1 ? train.shards(recipe.shards()) : train;
    this.validation = validation;
    this.recipe = recipe;
    this.folder = reduction == null || reduction.member() == 0 ? folder : null;
    this.reduction = reduction;
    this.origin = origin;
    this.monitor = monitor;
    run = model.run(engine, bounds(this.train, true).recomputed(recipe.recompute()));
    validationRun =
        validation == null ? null : model.run(engine, bounds(validation, false));
    best = model.parameters().values().clone();
    this.engine = engine;
    carried = List.copyOf(states().values());
    for (var rows : carried) {
      before.add(new float[this.train.batchSize() * rows.columns()]);
    }
    shardStates = new float[this.train.shards()][carried.size()][];
    for (var states : shardStates) {
      for (int i = 0; i < states.length; i++) {
        states[i] = before.get(i).clone();
      }
    }
  }

  static ModelBounds bounds(Batches batches, boolean training) {
    return new ModelBounds(
        batches.longestInput(), batches.longestTarget(), batches.batchSize(), training);
  }

  Model model() {
    return model;
  }

  Monitor monitor() {
    return monitor;
  }

  Batches trainBatches() {
    return train;
  }

  long bytes() {
    return run.bytes() + (validationRun == null ? 0 : validationRun.bytes());
  }

  void useBest() {
    System.arraycopy(best, 0, parameters().values(), 0, best.length);
    load();
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public int batches() {
    return train.count();
  }

  @Override
  public Score train(int epoch, int batch, long draw) {
    var next = train.batch(epoch, batch);
    var states = shardStates[batch % shardStates.length];
    for (int i = 0; i < before.size(); i++) {
      var rows = carried.get(i);
      System.arraycopy(states[i], 0, rows.array(), rows.offset(), states[i].length);
      System.arraycopy(states[i], 0, before.get(i), 0, before.get(i).length);
    }
    var score = run.train(next, draw);
    for (int i = 0; i < before.size(); i++) {
      var rows = carried.get(i);
      System.arraycopy(rows.array(), rows.offset(), states[i], 0, states[i].length);
    }
    return score;
  }

  @Override
  public String firstNotFinite(int epoch, int batch, long draw) {
    return NotFinite.first(
        model, bounds(train, true), engine, train.batch(epoch, batch), before, draw);
  }

  @Override
  public void load() {
    run.load();
  }

  @Override
  public @Nullable Validation validate() {
    if (validationRun == null || validation == null) {
      return null;
    }
    validationRun.load();
    var score = Evaluation.score(validationRun, validation);
    double value = monitor.value(validationRun, validation, score);
    return new Validation(score, monitor.merit(value),
        new TrainingListener.Figure(monitor.name(), value), monitor == Monitor.LAST);
  }

  boolean countsRight() {
    return model instanceof Structure structure
        && structure.architecture().outputs().loss().countsRight();
  }

  @Override
  public void keep(Progress progress) throws IOException {
    System.arraycopy(parameters().values(), 0, best, 0, best.length);
    if (folder != null) {
      Safetensors.of(metadata(progress), ModelFile.tensors(parameters()))
          .write(folder.resolve(TrainingSession.MODEL));
    }
  }

  @Override
  public void checkpoint(Progress progress, Descent descent) throws IOException {
    var states = gathered();
    var replicas = descent.collected();
    if (folder == null) {
      return;
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data());
    fields.put("settings", Provenance.recipe(recipe));
    if (!monitor.name().equals(Monitor.LOSS.name())) {
      fields.put(MONITOR, monitor.name());
    }
    fields.put("progress", Resumption.fields(progress, descent.optimizer()));
    var metadata = metadata(progress);
    metadata.put(CHECKPOINT, Json.write(fields));
    var tensors = ModelFile.tensors(parameters());
    tensors.putAll(Resumption.tensors(descent.optimizer().arrays()));
    tensors.putAll(Resumption.tensors(replicas));
    states.forEach((name, all) -> tensors.put(STATE + name, StoredTensor.of(all, all.length)));
    Safetensors.of(metadata, tensors).write(folder.resolve(TrainingSession.CHECKPOINT));
  }

  /// The states of all shards, of all members.
  private SequencedMap<String, float[]> gathered() throws IOException {
    var gathered = new LinkedHashMap<String, float[]>();
    int i = 0;
    for (var name : states().keySet()) {
      int n = before.get(i).length;
      var all = new float[n * shardStates.length];
      for (int s = 0; s < shardStates.length; s++) {
        System.arraycopy(shardStates[s][i], 0, all, s * n, n);
      }
      if (reduction != null) {
        reduction.gather(all, shardStates.length);
      }
      gathered.put(name, all);
      i++;
    }
    return gathered;
  }

  private SequencedMap<String, Object> data() {
    var data = new LinkedHashMap<String, Object>(origin.data());
    data.put(TRAIN, train.toString());
    data.put(VALIDATION, String.valueOf(validation));
    return data;
  }

  /// The memory of the run for the states that are carried to the next batch.
  private SequencedMap<String, Rows> states() {
    return train.areStreams() ? run.states() : new LinkedHashMap<>();
  }

  /// The file of a structure has all that is needed to load it without its code.
  private SequencedMap<String, String> metadata(Progress progress) {
    var provenance = Provenance.of(data(), Provenance.recipe(recipe), progress);
    SequencedMap<String, String> metadata;
    if (model instanceof Structure structure) {
      metadata = ModelFile.metadata(structure, provenance);
    } else {
      metadata = ModelFile.metadata(provenance);
    }
    metadata.put(LAYERS, layers(model));
    return metadata;
  }

  private static String layers(Model model) {
    return model.layers().stream().map(Layer::definition).filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /// A checkpoint of a run.
  record Stored(Path folder, Safetensors tensors, JsonFields fields, Recipe recipe,
      Progress progress) {

    /// The origin of the data; empty in checkpoints of earlier versions.
    Origin origin() throws FormatException {
      var data = new LinkedHashMap<String, @Nullable Object>(fields.object("data").values());
      data.remove(TRAIN);
      data.remove(VALIDATION);
      return new Origin(data);
    }

    static Stored read(Path folder) throws IOException {
      var path = folder.resolve(TrainingSession.CHECKPOINT);
      var tensors = Safetensors.read(path);
      var text = tensors.metadata().get(CHECKPOINT);
      if (text == null) {
        throw new FormatException("%s is a model, not a checkpoint".formatted(path));
      }
      var fields = JsonFields.parse(text, path + ", " + CHECKPOINT);
      try {
        return new Stored(folder, tensors, fields,
            Provenance.recipe(fields.object("settings")),
            Progress.of(fields.object("progress"), path.toString()));
      } catch (IllegalArgumentException e) {
        throw new FormatException("%s: %s".formatted(path, e.getMessage()), e);
      }
    }
  }

  /// Takes over the values of a checkpoint, and the best ones so far.
  ///
  /// @throws FormatException if the model or the data differ from those of the checkpoint
  void restore(Stored stored, Descent descent) throws IOException {
    var path = stored.folder().resolve(TrainingSession.CHECKPOINT);
    // Checkpoints of texts of earlier versions do not have these.
    if (stored.tensors().metadata().containsKey(LAYERS)) {
      require(path, "layers", stored.tensors().metadata().get(LAYERS), layers(model));
      var data = stored.fields().object("data");
      require(path, "training data", data.string(TRAIN), train.toString());
      require(path, "validation data", data.string(VALIDATION), String.valueOf(validation));
    }
    require(path, "monitor", stored.fields().has(MONITOR) ? stored.fields().string(MONITOR)
        : Monitor.LOSS.name(), monitor.name());
    if (stored.progress().best() < Double.POSITIVE_INFINITY) {
      read(Safetensors.read(stored.folder().resolve(TrainingSession.MODEL)), best);
    }
    read(stored.tensors(), parameters().values());
    int i = 0;
    for (var name : states().keySet()) {
      int n = before.get(i).length;
      var all = new float[n * shardStates.length];
      Resumption.copy(stored.tensors(), STATE + name, all, 0, all.length);
      for (int s = 0; s < shardStates.length; s++) {
        System.arraycopy(all, s * n, shardStates[s][i], 0, n);
      }
      i++;
    }
    Resumption.restore(descent.optimizer(), stored.progress(),
        stored.fields().object("progress"), stored.tensors());
    descent.resume(stored.progress(), stored.tensors());
    load();
  }

  private static void require(Path path, String what, @Nullable String stored, String given)
      throws FormatException {
    if (!Objects.equals(stored, given)) {
      throw new FormatException("%s was written with the %s %s, but is resumed with %s"
          .formatted(path, what, stored, given));
    }
  }

  private void read(Safetensors tensors, float[] into) throws FormatException {
    for (var block : parameters().blocks()) {
      System.arraycopy(tensors.tensor(block.name(), Dtype.F32, block.shape()).floats(), 0, into,
          block.offset(), block.length());
    }
  }
}
