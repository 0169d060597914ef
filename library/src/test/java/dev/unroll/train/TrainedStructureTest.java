package dev.unroll.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.TrainingSession.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the trainer writes of a structure is a model file.
class TrainedStructureTest {
  private static final long SEED = 6;

  @TempDir
  private Path folder;

  @Test
  void itsFileIsLoadedWithoutItsCode() throws IOException {
    try (var engine = Engine.of(1)) {
      var trainer = trainer(engine, folder);
      trainer.fit(TrainingListener.SILENT);
      trainer.useBest();
      var file = ModelFile.read(folder.resolve("model.safetensors"));
      assertThat(file.model().toString()).isEqualTo(trainer.model().toString());
      assertThat(file.model().parameters().values())
          .containsExactly(trainer.model().parameters().values());
      assertThat(file.vocabularies()).isEqualTo(Map.of("input", List.of("a", "b", "c")));
      var provenance = file.provenance();
      assertThat(provenance.integer("epochs")).isBetween(1, 3);
      assertThat(provenance.number("validationLoss")).isEqualTo(trainer.best());
      assertThat(provenance.object("data").string("source")).isEqualTo("made up");
      assertThat(provenance.object("data").string("train"))
          .isEqualTo("Batches(24 examples, batch 5, 5 batches)");
      // As training found it.
      assertThat(Evaluation.score(file.model(), batches(9, 1), engine).mean())
          .isEqualTo(trainer.best());
    }
  }

  @Test
  void aResumedRunKeepsWhatTheFileSaysAndTheBits() throws IOException {
    var whole = Files.createDirectory(folder.resolve("whole"));
    var parts = Files.createDirectory(folder.resolve("parts"));
    try (var engine = Engine.of(1)) {
      trainer(engine, whole).fit(TrainingListener.SILENT);
      stopAtOnce(trainer(engine, parts));
      resume(engine, parts).fit(TrainingListener.SILENT);
    }
    assertSameFiles(parts, whole);
  }

  /// Checkpoints of the version before had neither the architecture nor vocabularies.
  @Test
  void anEarlierCheckpointGoesOnAndBecomesAModelFile() throws IOException {
    var whole = Files.createDirectory(folder.resolve("whole"));
    var parts = Files.createDirectory(folder.resolve("parts"));
    try (var engine = Engine.of(1)) {
      trainer(engine, whole, Origin.NONE).fit(TrainingListener.SILENT);
      stopAtOnce(trainer(engine, parts, Origin.NONE));
      for (var name : List.of("model.safetensors", "checkpoint.safetensors")) {
        var file = Safetensors.read(parts.resolve(name));
        var metadata = new LinkedHashMap<>(file.metadata());
        metadata.keySet().removeAll(Set.of("unroll.architecture", "unroll.vocabularies"));
        Safetensors.of(metadata, new LinkedHashMap<>(file.tensors())).write(parts.resolve(name));
      }
      resume(engine, parts).fit(TrainingListener.SILENT);
    }
    assertSameFiles(parts, whole);
  }

  private static void assertSameFiles(Path actual, Path expected) {
    for (var file : List.of("model.safetensors", "checkpoint.safetensors")) {
      assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
  }

  private static void stopAtOnce(TrainingSession trainer) throws IOException {
    trainer.stop();
    assertThat(trainer.fit(TrainingListener.SILENT)).isEqualTo(Ending.STOPPED);
  }

  private static TrainingSession resume(Engine engine, Path folder) throws IOException {
    return Trainer.of(model()).engine(engine).folder(folder)
        .resume(batches(24, 0), batches(9, 1));
  }

  private static TrainingSession trainer(Engine engine, Path folder) {
    var data = new LinkedHashMap<String, Object>(Map.of("source", "made up"));
    return trainer(engine, folder, new Origin(data));
  }

  private static TrainingSession trainer(Engine engine, Path folder, Origin origin) {
    return Trainer.of(model()).recipe(Recipe.of(3)).engine(engine)
        .folder(folder).origin(origin)
        .session(batches(24, 0), batches(9, 1));
  }

  private static SequenceToVector model() {
    return SequenceToVector.of(
        Inputs.symbols(3, 4).named(Tokens.of(List.of("a", "b", "c"))),
        RecurrentStack.of(Gru.cell(), 5).variational(0.2,
            VariationalDropout.Masks.TIED),
        Pooling.LAST, Outputs.classes(2), SEED);
  }

  /// Sequences of three symbols; whether the first is the last.
  private static Batches batches(int n, int shift) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < n; i++) {
      int first = i % 3;
      int last = (i / 3 + shift) % 3;
      examples.add(new Example(Symbols.of(first, (i + shift) % 3, last),
          Symbols.of(first == last ? 1 : 0)));
    }
    return Batches.of(examples, 5, SEED);
  }
}
