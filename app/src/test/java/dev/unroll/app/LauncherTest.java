package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `./unroll`.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no bash")
class LauncherTest {
  @TempDir
  private Path folder;

  /// It once ended with what `mkdir` says. A file in place of the folder stops the superuser too.
  @Test
  void aCheckoutThatCannotBeWrittenSaysWhatToDo() throws Exception {
    var script = Path.of("../unroll");
    assumeTrue(Files.exists(script), "not within the sources");
    var copy = Files.copy(script, folder.resolve("unroll"));
    Files.createFile(folder.resolve("target"));
    var builder = new ProcessBuilder("bash", copy.toString(), "--version")
        .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).isEqualTo("""
        Unroll has to be built before it starts, but %s cannot be written.
        Make room on the disk or change the permissions, or copy %s to a place of your own.
        """.formatted(folder.resolve("target/unroll"), folder));
    assertThat(process.exitValue()).isEqualTo(2);
  }

  /// Ctrl-C said `./unroll`, which is not there in another folder.
  @Test
  void theProgramKnowsHowItWasStarted() throws Exception {
    var script = Path.of("../unroll");
    assumeTrue(Files.exists(script), "not within the sources");
    var checkout = Files.createDirectory(folder.resolve("checkout"));
    Files.copy(script, checkout.resolve("unroll"), StandardCopyOption.COPY_ATTRIBUTES);
    checkout(checkout);
    var java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assumeTrue(java.toFile().setExecutable(true));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    var builder = new ProcessBuilder("checkout/unroll", "--version").directory(folder.toFile())
        .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    var process = builder.start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).contains("-Dunroll.command=checkout/unroll ",
        " dev.unroll.app.Main --version");
  }

  /// Jars as a distribution has them, with the few modules of its Java, and as a checkout builds
  /// them, for a server whose page lies in one of them.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theStudioIsThereFromWhereverItIsStarted(boolean distribution) throws Exception {
    var script = Path.of("../unroll");
    assumeTrue(Files.exists(script), "not within the sources");
    var root = Files.createDirectory(folder.resolve("root"));
    String command;
    if (distribution) {
      jars(Files.createDirectory(root.resolve("lib")));
      command = "root/bin/unroll";
      Files.createDirectory(root.resolve("bin"));
    } else {
      checkout(root);
      jars(root.resolve("target/unroll/built"));
      command = "root/unroll";
    }
    Files.copy(script, folder.resolve(command), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(folder.resolve("runs"));
    var builder = new ProcessBuilder(command, "studio", "--no-browser", "--port", "0")
        .directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("UNROLL_JAVA_OPTS", "-XX:TieredStopAtLevel=1"
        + (distribution ? " --limit-modules=" + modulesOfDistribution() : ""));
    var process = builder.start();
    try (var client = HttpClient.newHttpClient()) {
      var address = address(process);
      var page = client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("/files/main.js");
      var runs = client.send(HttpRequest.newBuilder(address.resolve("/api/runs")).build(),
          BodyHandlers.ofString());
      assertThat(runs.body()).contains("\"runs\":[]");
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("said"))).doesNotContain("\tat ");
  }

  /// Those that jlink puts in.
  private static String modulesOfDistribution() throws IOException {
    var modules = Pattern.compile("<argument>(java\\.base,[^<]+)</argument>")
        .matcher(Files.readString(Path.of("../dist/pom.xml")));
    assertThat(modules.find()).isTrue();
    return modules.group(1);
  }

  /// Waits until it listens.
  private URI address(Process process) throws Exception {
    var address = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");
    while (process.isAlive()) {
      var found = address.matcher(Files.readString(folder.resolve("said")));
      if (found.find()) {
        return URI.create(found.group());
      }
      Thread.sleep(20);
    }
    throw new AssertionError(Files.readString(folder.resolve("said")));
  }

  /// A checkout that is built.
  private static void checkout(Path root) throws IOException {
    Files.createFile(root.resolve("pom.xml"));
    for (var part : List.of("library", "datasets", "keras", "server", "app")) {
      Files.createDirectories(root.resolve(part + "/src/main"));
      Files.createFile(root.resolve(part + "/pom.xml"));
    }
    Files.createDirectories(root.resolve("target/unroll/built"));
    var current = Files.writeString(root.resolve("target/unroll/current"), "built\n");
    Files.setLastModifiedTime(current, FileTime.from(Instant.now().plusSeconds(60)));
  }

  /// The class path of this test as jars.
  private static void jars(Path folder) throws IOException {
    int number = 0;
    for (var part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      var path = Path.of(part).toAbsolutePath();
      var jar = folder.resolve("%d.jar".formatted(number++));
      if (Files.isDirectory(path)) {
        var tool = ToolProvider.findFirst("jar").orElseThrow();
        assertThat(tool.run(System.out, System.err, "--create", "--no-compress", "--file",
            jar.toString(), "-C", path.toString(), ".")).isZero();
      } else if (Files.exists(path)) {
        Files.createSymbolicLink(jar, path);
      }
    }
  }
}
