package dev.unroll.spark.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  @CsvSource({"CLASSIFIER, 1", "LANGUAGE_MODEL, 2", "CLASSIFIER, 4"})
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
    var printed = run(it.name(), String.valueOf(executors), String.valueOf(steps),
        String.valueOf(kills), shared.toString());
    assertThat(printed).as(() -> "output: " + printed)
        .endsWith("killed %d, model %s%n".formatted(kills, expected));
  }

  /// A home of Spark that has the jars of this class path.
  private static Path home() throws IOException {
    var home = Path.of("target/spark-home").toAbsolutePath();
    var jars = Files.createDirectories(home.resolve("jars"));
    for (var jar : ClusterProgram.classPath(false).split(File.pathSeparator)) {
      var link = jars.resolve(Path.of(jar).getFileName());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(jar));
    }
    return home;
  }

  private static String run(String... arguments) throws Exception {
    var home = home();
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx512m",
        "-XX:+UseSerialGC", "-Dtest.log=" + System.getProperty("test.log", "fatal")));
    command.addAll(List.of(
        org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"),
        ClusterProgram.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return printed;
  }
}
