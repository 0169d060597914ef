package dev.unroll.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.spark.DriverProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Executors that are JVMs of their own, of which two are killed, end with the model file of a
/// single process.
@Tag("long")
class ClusterTest {
  private static final int STEPS = 200;

  @ParameterizedTest
  @CsvSource({"CLASSIFIER, 1", "LANGUAGE_MODEL, 2", "ENCODER_DECODER, 3", "CLASSIFIER, 4",
    "LANGUAGE_MODEL, 7"})
  void anyNumberOfExecutors(TrainingCase it, int executors, @TempDir Path folder)
      throws Exception {
    check(it, executors, STEPS, 0, folder);
  }

  @ParameterizedTest
  @EnumSource
  void twoExecutorsAreKilled(TrainingCase it, @TempDir Path folder) throws Exception {
    check(it, 2, STEPS, 2, folder);
  }

  private static void check(TrainingCase it, int executors, int steps, int kills, Path folder)
      throws Exception {
    var expected = it.alone(TrainingCase.recipe(steps),
        Files.createDirectory(folder.resolve("alone")));
    var shared = Files.createDirectory(folder.resolve("shared"));
    var printed = DriverProcess.run(ClusterProgram.class, it.name(), String.valueOf(executors),
        String.valueOf(steps),
        String.valueOf(kills), shared.toString());
    assertThat(printed).as(() -> "output: " + printed)
        .endsWith("killed %d, model %s%n".formatted(kills, expected));
  }
}
