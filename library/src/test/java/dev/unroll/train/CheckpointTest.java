package dev.unroll.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.format.json.Json;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs of texts that stop and go on.
class CheckpointTest {
  private static final TextTask TASK =
      TextTask.of("letters", "the quick brown fox jumps over the lazy dog. ".repeat(20));

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"adam", "asgd(1)", "nesterov(0.9) l2(1e-5)"})
  void aRunThatIsResumedEndsWithTheSameBits(String optimizer) throws IOException {
    var recipe = Recipe.of(5).optimizer(Optimizer.parse(optimizer)).patience(100);
    try (var engine = Engine.of(1)) {
      var whole = trainer(recipe, engine, folder);
      whole.fit(TrainingListener.SILENT);
      var resumed = resume(stopped(recipe, engine), engine);
      resumed.fit(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .containsExactly(whole.model().parameters().values());
      assertThat(resumed.recipe()).isEqualTo(recipe);
    }
  }

  /// As they were when language models had a trainer of their own, and before there were other
  /// optimisers than Adam: states lie beside the weights, but nothing is said of layers and
  /// batches.
  @Test
  void olderCheckpointsAreRead() throws IOException {
    var recipe = Recipe.of(5).patience(100);
    try (var engine = Engine.of(1)) {
      var whole = trainer(recipe, engine, folder);
      whole.fit(TrainingListener.SILENT);
      var parts = stopped(recipe, engine);
      var file = parts.resolve(TrainingSession.CHECKPOINT);
      var stored = Safetensors.read(file);
      var metadata = new LinkedHashMap<>(stored.metadata());
      var text = requireNonNull(metadata.get("unroll.checkpoint"));
      assertThat(text).contains("\"clip\":").doesNotContain("optimizer");
      var older = text.replaceAll(",\"(right|losses)\":(\\d+|\\[[^]]*])", "");
      assertThat(older).hasSizeLessThan(text.length() - 15);
      metadata.put("unroll.checkpoint", older);
      metadata.remove("unroll.layers");
      metadata.remove("unroll.vocabularies");
      metadata.put("unroll.vocabulary", Json.write(TASK.tokens().toList()));
      Safetensors.of(metadata, stored.tensors()).write(file);
      var resumed = resume(parts, engine);
      resumed.fit(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .containsExactly(whole.model().parameters().values());
      assertThat(ModelFile.read(file).vocabularies()).containsEntry("input",
          TASK.tokens().toList());
    }
  }

  /// The folder of a run that was stopped in its third epoch.
  private Path stopped(Recipe recipe, Engine engine) throws IOException {
    var parts = Files.createDirectory(folder.resolve("parts"));
    var training = trainer(recipe, engine, parts);
    long step = training.steps() / 2;
    training.fit(new TrainingListener() {
      @Override
      public void step(Step done) {
        if (done.step() == step) {
          training.stop();
        }
      }
    });
    assertThat(training.epoch()).isEqualTo(2);
    return parts;
  }

  private static TrainingSession trainer(Recipe recipe, Engine engine, Path folder) {
    return Trainer.of(model()).recipe(recipe).engine(engine)
        .folder(folder).origin(new Origin(TASK.data(4, 7)))
        .session(TASK.batches(4, 7), TASK.validationBatches());
  }

  private static TrainingSession resume(Path folder, Engine engine) throws IOException {
    return Trainer.of(model()).engine(engine).folder(folder)
        .resume(TASK.batches(4, 7), TASK.validationBatches());
  }

  private static SequenceToSequence model() {
    return LanguageModel.parts(
        TASK.tokens(), 5, RecurrentStack.of(Gru.cell(), 6).dropout(0.1), 1).initialized();
  }
}
