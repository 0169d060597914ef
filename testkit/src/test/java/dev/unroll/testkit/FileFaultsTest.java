package dev.unroll.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.expr.Dimensions;
import dev.unroll.format.file.SafeFile;
import dev.unroll.format.json.JsonLines;
import dev.unroll.layer.Pooling;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.stepping.KeyFormat;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever operation on a file fails: who writes it hears of it in one sentence, and the file is
/// the old one or the new one.
class FileFaultsTest {
  private static final int FEATURES = 2;

  @TempDir
  private Path folder;

  /// What is written to files that are replaced as a whole.
  enum Export {
    MODEL {
      @Override
      void write(Path file, int seed) throws IOException {
        structure(seed).save(file);
      }
    },
    SNAPSHOT {
      @Override
      void write(Path file, int seed) throws IOException {
        try (var engine = Engine.of(1)) {
          var parameters = new Parameters();
          var layer = new Recurrent("l", Gru.cell(), Dimensions.of(FEATURES, 3), parameters, 0,
              CounterRandom.of(1));
          parameters.freeze();
          layer.initialize();
          var stepper = new Stepper(layer, engine, 1);
          var states = new KeyedStates<String>(stepper.layout());
          stepper.step(states, List.of("key"), new float[] {1, seed}, new float[3]);
          SafeFile.write(file, states.toBytes(KeyFormat.STRING));
        }
      }
    };

    abstract void write(Path file, int seed) throws IOException;
  }

  private static SequenceToVector structure(int seed) {
    return SequenceToVector.of(Inputs.symbols(3, 2), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
        Outputs.classes(2), seed);
  }

  @ParameterizedTest
  @EnumSource
  void anExportThatFailsLeavesTheOldFileOrTheNewOne(Export export) throws IOException {
    var file = folder.resolve("file");
    export.write(file, 2);
    var after = Files.readAllBytes(file);
    export.write(file, 1);
    var before = Files.readAllBytes(file);
    assertThat(after).isNotEqualTo(before);
    var counted = Faults.none();
    export.write(FaultyFileSystem.of(folder, counted).resolve("file"), 1);
    assertThat(counted.done()).contains("RENAME file", "FORCE " + folder.getFileName());
    for (int n = 1; n <= counted.done().size(); n++) {
      for (var faults : List.of(Faults.once(n), Faults.from(n))) {
        SafeFile.write(file, before);
        var faulty = FaultyFileSystem.of(folder, faults).resolve("file");
        var failure = catchThrowable(() -> export.write(faulty, 2));
        var what = "operation %d of %s".formatted(n, faults.done());
        boolean named = failure != null && failure.getMessage().contains("is written, but");
        assertThat(failure).as(what).isInstanceOf(IOException.class)
            .hasMessageStartingWith(file + (named ? " is written, but" : " cannot be written: "));
        assertThat(file).as(what).hasBinaryContent(named ? after : before);
        SafeFile.deleteLeftovers(file);
        try (var files = Files.list(folder)) {
          assertThat(files).as(what).containsExactly(file);
        }
      }
    }
  }

  @Test
  void anExportWithShortWritesIsWhole() throws IOException {
    for (var export : Export.values()) {
      var file = folder.resolve("file");
      export.write(file, 1);
      var expected = Files.readAllBytes(file);
      export.write(FaultyFileSystem.of(folder, Faults.shortTransfers(11)).resolve("file"), 1);
      assertThat(file).hasBinaryContent(expected);
    }
  }

  @Test
  void aLineThatFailsIsTakenBackAndTheLogGoesOn() throws IOException {
    for (int n = 1; n <= 7; n++) {
      var faults = Faults.once(n);
      var file = FaultyFileSystem.of(folder, faults).resolve("log" + n);
      var written = new ArrayList<Integer>();
      try (var log = JsonLines.create(file)) {
        for (int i = 0; i < 4; i++) {
          try {
            log.append(new LinkedHashMap<>(Map.of("line", i)));
            written.add(i);
          } catch (IOException e) {
            assertThat(e).hasMessageStartingWith(file + " cannot be written: No space left");
          }
        }
      } catch (IOException e) {
        assertThat(e).as("%d: %s", n, faults.done()).hasMessageStartingWith(file.toString())
            .hasMessageContaining(" cannot be written: ");
      }
      if (Files.exists(file)) {
        var lines = new ArrayList<Integer>();
        for (var line : JsonLines.read(folder.resolve("log" + n))) {
          lines.add(line.integer("line"));
        }
        assertThat(lines).as("%d: %s", n, faults.done()).isEqualTo(written);
      }
    }
  }

  /// The best values of an epoch whose model could not be written were once never written.
  @Test
  void aTrainerWhoseDiskWasFullGoesOnWhenItIsNot() throws IOException {
    var counted = Faults.none();
    var home = Files.createDirectory(folder.resolve("whole"));
    try (var engine = Engine.of(1)) {
      trainer(engine, FaultyFileSystem.of(home, counted)).fit(TrainingListener.SILENT);
      for (int n = 1; n <= counted.done().size(); n++) {
        var other = Files.createDirectory(folder.resolve("run" + n));
        var trainer = trainer(engine, FaultyFileSystem.of(other, Faults.once(n)));
        assertThatThrownBy(() -> trainer.fit(TrainingListener.SILENT))
            .isInstanceOf(IOException.class).hasMessageStartingWith(other.toString());
        trainer.fit(TrainingListener.SILENT);
        assertThat(other.resolve("model.safetensors")).as(counted.done().get(n - 1))
            .hasSameBinaryContentAs(home.resolve("model.safetensors"));
      }
    }
  }

  private static TrainingSession trainer(Engine engine, Path home) {
    var examples = IntStream.range(0, 8)
        .mapToObj(i -> new Example(Symbols.of(i % 3, i % 2), Symbols.of(i % 2))).toList();
    return Trainer.of(structure(1)).recipe(Recipe.of(2).learningRate(0.01)).engine(engine)
        .folder(home).session(Batches.of(examples, 4, 1), Batches.byLength(examples, 4));
  }

  @Test
  void aPathOfTheMachineIsRefusedInItsPlace() {
    var faulty = FaultyFileSystem.of(folder, Faults.none());
    assertThatThrownBy(() -> faulty.resolve(Path.of("file")))
        .hasMessage("file is not of the file system with faults");
    assertThat(Files.exists(faulty)).isTrue();
    assertThatThrownBy(
        () -> Files.write(FaultyFileSystem.of(folder, Faults.once(2)).resolve("file"),
            "12345678".getBytes(UTF_8)))
        .hasMessage("No space left on device");
    assertThat(folder.resolve("file")).as("the first half of what failed").hasContent("1234");
  }
}
