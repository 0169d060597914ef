package dev.unroll.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Drivers in JVMs of their own, which find a home of Spark with the jars of this class path.
public final class DriverProcess {
  private DriverProcess() {}

  /// The folders of the class path, or its jars.
  public static String classPath(boolean folders) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Files.isDirectory(Path.of(entry)) == folders)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path home() throws IOException {
    var home = Path.of("target/spark-home").toAbsolutePath();
    var jars = Files.createDirectories(home.resolve("jars"));
    for (var jar : classPath(false).split(File.pathSeparator)) {
      var link = jars.resolve(Path.of(jar).getFileName());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(jar));
    }
    return home;
  }

  /// Starts a program.
  public static Process start(Class<?> program, String... arguments) throws IOException {
    return start(System.getProperty("java.class.path"), program.getName(), arguments);
  }

  private static Process start(String classPath, String program, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx512m",
        "-XX:+UseSerialGC", "-Dtest.log=" + System.getProperty("test.log", "fatal")));
    command.addAll(List.of(
        org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-cp", classPath, program));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SPARK_HOME", home().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  /// Runs a program to its end, which is a good one.
  ///
  /// @return what it has printed
  public static String run(Class<?> program, String... arguments) throws Exception {
    return printed(start(program, arguments));
  }

  /// The same with classes that are in a folder.
  public static String run(Path classes, String program, String... arguments) throws Exception {
    return printed(start(classes + File.pathSeparator + System.getProperty("java.class.path"),
        program, arguments));
  }

  private static String printed(Process process) throws Exception {
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(() -> "output: " + printed).isZero();
    return printed;
  }
}
