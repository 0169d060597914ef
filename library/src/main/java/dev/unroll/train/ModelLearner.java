package dev.unroll.train;

import dev.unroll.data.Batches;
import dev.unroll.format.Dtype;
import dev.unroll.format.FormatException;
import dev.unroll.format.Json;
import dev.unroll.format.JsonFields;
import dev.unroll.format.Safetensors;
import dev.unroll.format.StoredTensor;
import dev.unroll.format.StructureFile;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.layer.Probes;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.Score;
import dev.unroll.model.Structure;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Any model and its batches. The best values are kept in memory, and in a folder if there is one.
final class ModelLearner implements Learner {
  private static final String FORMAT = "unroll.format";
  private static final String VERSION = "1";
  private static final String LAYERS = "unroll.layers";
  private static final String PROVENANCE = "unroll.provenance";
  private static final String CHECKPOINT = "unroll.checkpoint";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";

  private final Model model;
  private final Engine engine;
  private final Batches train;
  private final Batches validation;
  private final Recipe recipe;
  private final @Nullable Path folder;
  private final Origin origin;
  private final ModelRun run;
  private final ModelRun validationRun;
  private final float[] best;

  ModelLearner(Model model, Batches train, Batches validation, Recipe recipe, Engine engine,
      @Nullable Path folder, Origin origin) {
    this.model = model;
    this.engine = engine;
    this.train = train;
    this.validation = validation;
    this.recipe = recipe;
    this.folder = folder;
    this.origin = origin;
    run = model.run(engine, bounds(train, true));
    validationRun = model.run(engine, bounds(validation, false));
    best = model.parameters().values().clone();
  }

  static ModelBounds bounds(Batches batches, boolean training) {
    return new ModelBounds(
        batches.longestInput(), batches.longestTarget(), batches.batchSize(), training);
  }

  Model model() {
    return model;
  }

  long bytes() {
    return run.bytes() + validationRun.bytes();
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
  public void begin() {
    // Every batch begins with states of its own.
  }

  @Override
  public Score train(int epoch, int batch, long draw) {
    return run.train(train.batch(epoch, batch), draw);
  }

  @Override
  public Optional<String> firstNotFinite(int epoch, int batch, long draw) {
    var probes = new Probes();
    try {
      model.run(engine, bounds(train, true).probed(probes)).train(train.batch(epoch, batch), draw);
    } catch (IllegalArgumentException | OutOfMemoryError e) {
      return Optional.empty(); // what ended the run is to be told, whether or not it can be traced
    }
    return FirstNotFinite.in(probes);
  }

  @Override
  public void load() {
    run.load();
  }

  @Override
  public Score validate() {
    validationRun.load();
    return Evaluation.score(validationRun, validation);
  }

  @Override
  public void keep(Progress progress) throws IOException {
    System.arraycopy(parameters().values(), 0, best, 0, best.length);
    if (folder != null) {
      Safetensors.of(metadata(progress), tensors()).write(folder.resolve(TextTraining.MODEL));
    }
  }

  @Override
  public void checkpoint(Progress progress, OptimizerRun optimizer) throws IOException {
    if (folder == null) {
      return;
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data());
    fields.put("settings", Provenance.recipe(recipe));
    fields.put("progress", Resumption.fields(progress, optimizer));
    var metadata = metadata(progress);
    metadata.put(CHECKPOINT, Json.write(fields));
    var tensors = tensors();
    tensors.putAll(Resumption.tensors(optimizer));
    Safetensors.of(metadata, tensors).write(folder.resolve(TextTraining.CHECKPOINT));
  }

  private SequencedMap<String, Object> data() {
    var data = new LinkedHashMap<String, Object>(origin.data());
    data.put(TRAIN, train.toString());
    data.put(VALIDATION, validation.toString());
    return data;
  }

  /// A structure has all in its file that is needed to load it without its code.
  private SequencedMap<String, String> metadata(Progress progress) {
    var provenance = Provenance.of(data(), Provenance.recipe(recipe), progress);
    SequencedMap<String, String> metadata;
    if (model instanceof Structure structure) {
      metadata = StructureFile.metadata(structure, origin.vocabularies(), provenance);
    } else {
      metadata = new LinkedHashMap<>();
      metadata.put(FORMAT, VERSION);
      metadata.put(PROVENANCE, Json.write(provenance));
    }
    metadata.put(LAYERS, layers(model));
    return metadata;
  }

  private static String layers(Model model) {
    return model.layers().stream().map(Layer::definition).filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private SequencedMap<String, StoredTensor> tensors() {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    for (var block : parameters().blocks()) {
      tensors.put(block.name(), StoredTensor.of(Arrays.copyOfRange(parameters().values(),
          block.offset(), block.offset() + block.length()), block.shape()));
    }
    return tensors;
  }

  /// A checkpoint of such a run.
  record Stored(Path folder, Safetensors tensors, JsonFields fields, Recipe recipe,
      Progress progress) {

    /// What was said of the data; nothing in checkpoints of earlier versions.
    Origin origin() throws FormatException {
      var data = new LinkedHashMap<String, @Nullable Object>(fields.object("data").values());
      data.remove(TRAIN);
      data.remove(VALIDATION);
      return new Origin(data, StructureFile.vocabularies(tensors, folder.toString()));
    }

    static Stored read(Path folder) throws IOException {
      var path = folder.resolve(TextTraining.CHECKPOINT);
      var tensors = Safetensors.read(path);
      var text = tensors.metadata().get(CHECKPOINT);
      if (text == null || !tensors.metadata().containsKey(LAYERS)) {
        throw new FormatException("%s is not the checkpoint of a trainer".formatted(path));
      }
      var fields = JsonFields.parse(text, path + ", " + CHECKPOINT);
      try {
        return new Stored(folder, tensors, fields, Provenance.recipe(fields.object("settings")),
            Progress.of(fields.object("progress"), path.toString()));
      } catch (IllegalArgumentException e) {
        throw new FormatException("%s: %s".formatted(path, e.getMessage()), e);
      }
    }
  }

  /// Takes over the values of a checkpoint, and the best ones so far.
  ///
  /// @throws FormatException if model or data are not those of the checkpoint
  void restore(Stored stored, OptimizerRun optimizer) throws IOException {
    var path = stored.folder().resolve(TextTraining.CHECKPOINT);
    require(path, "layers", stored.tensors().metadata().get(LAYERS), layers(model));
    var data = stored.fields().object("data");
    require(path, "training data", data.string(TRAIN), train.toString());
    require(path, "validation data", data.string(VALIDATION), validation.toString());
    if (stored.progress().best() < Double.POSITIVE_INFINITY) {
      read(Safetensors.read(stored.folder().resolve(TextTraining.MODEL)), best);
    }
    read(stored.tensors(), parameters().values());
    Resumption.restore(optimizer, stored.progress(), stored.fields().object("progress"),
        stored.tensors());
    load();
  }

  private static void require(Path path, String what, @Nullable String stored, String given)
      throws FormatException {
    if (!Objects.equals(stored, given)) {
      throw new FormatException("%s was written with the %s %s, but is to go on with %s"
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
