package dev.unroll.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Gru;
import dev.unroll.format.Safetensors;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModel.Architecture;
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
    var settings = settings(Optimizer.parse(optimizer));
    try (var engine = Engine.of(1)) {
      var whole = new TextTraining(model(), TASK, settings, engine, folder);
      whole.train(TrainingListener.SILENT);
      var parts = stopped(settings, engine);
      var resumed = resume(parts, engine);
      resumed.train(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .containsExactly(whole.model().parameters().values());
      assertThat(Checkpoint.read(parts.resolve(TextTraining.CHECKPOINT)).settings())
          .isEqualTo(settings);
    }
  }

  /// As they were before there were other optimisers than Adam.
  @Test
  void olderCheckpointsAreRead() throws IOException {
    var settings = settings(Optimizer.adam());
    try (var engine = Engine.of(1)) {
      var whole = new TextTraining(model(), TASK, settings, engine, folder);
      whole.train(TrainingListener.SILENT);
      var parts = stopped(settings, engine);
      var file = parts.resolve(TextTraining.CHECKPOINT);
      var stored = Safetensors.read(file);
      var metadata = new LinkedHashMap<>(stored.metadata());
      var text = requireNonNull(metadata.get("unroll.checkpoint"));
      assertThat(text).contains("\"clip\":").doesNotContain("optimizer");
      var older = text.replaceAll(",\"(right|losses)\":(0|\\[[^]]*])", "");
      assertThat(older).hasSizeLessThan(text.length() - 15);
      metadata.put("unroll.checkpoint", older);
      Safetensors.of(metadata, stored.tensors()).write(file);
      var resumed = resume(parts, engine);
      resumed.train(TrainingListener.SILENT);
      assertThat(resumed.model().parameters().values())
          .containsExactly(whole.model().parameters().values());
    }
  }

  /// The folder of a run that was stopped in its third epoch.
  private Path stopped(TrainingSettings settings, Engine engine) throws IOException {
    var parts = Files.createDirectory(folder.resolve("parts"));
    var training = new TextTraining(model(), TASK, settings, engine, parts);
    long step = training.steps() / 2;
    training.train(new TrainingListener() {
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

  private static TextTraining resume(Path folder, Engine engine) throws IOException {
    return TextTraining.resume(
        Checkpoint.read(folder.resolve(TextTraining.CHECKPOINT)), TASK, engine, folder);
  }

  private static TrainingSettings settings(Optimizer optimizer) {
    return new TrainingSettings(4, 7, 0, Recipe.of(5).with(optimizer).withPatience(100));
  }

  private static LanguageModel model() {
    return LanguageModel.initialized(new Architecture(
        TASK.vocabulary().size(), 5, Gru.cell(), Dimensions.of(5, 6), 1, 0.1, 0, 1));
  }
}
