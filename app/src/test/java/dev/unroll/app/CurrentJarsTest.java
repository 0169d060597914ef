package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Jars with old classes are copied as jars with current ones that do the same.
class CurrentJarsTest {
  @TempDir
  private Path folder;

  @Test
  void classesOfPicocliAreWrittenAsCurrentOnesThatTheJvmVerifiesAndLinks() throws Exception {
    var jar = picocli();
    assertThat(versions(jar)).as("picocli is written for old runtimes; where it is not any more,"
        + " CurrentJars can go").anyMatch(version -> version < ClassFile.JAVA_6_VERSION);

    CurrentJars.main(new String[] {jar.toString(), folder.toString()});

    var copy = folder.resolve(jar.getFileName());
    assertThat(versions(copy)).allMatch(version -> version >= ClassFile.JAVA_6_VERSION);
    assertThat(names(copy)).containsExactlyInAnyOrderElementsOf(names(jar));
    linkAll(copy);
  }

  @Test
  void jarsWithoutOldClassesKeepTheirClasses() throws Exception {
    var jar = Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var copy = folder.resolve("copy.jar");

    CurrentJars.copy(jar, copy);

    try (var before = new JarFile(jar.toFile()); var after = new JarFile(copy.toFile())) {
      for (var entry : before.stream().toList()) {
        assertThat(after.getInputStream(after.getEntry(entry.getName())).readAllBytes())
            .as(entry.getName()).isEqualTo(before.getInputStream(entry).readAllBytes());
      }
    }
  }

  private static Path picocli() throws Exception {
    return Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /// Initialises each class, so that the JVM verifies it.
  private static void linkAll(Path jar) throws Exception {
    var parent = ClassLoader.getPlatformClassLoader();
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, parent)) {
      for (var name : names(jar)) {
        if (name.startsWith("picocli/") && name.endsWith(".class")) {
          var type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          assertThat(Class.forName(type, true, loader).getClassLoader()).isSameAs(loader);
        }
      }
    }
  }

  private static Iterable<String> names(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
    }
  }

  private static Iterable<Integer> versions(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      var versions = new ArrayList<Integer>();
      for (var entry : file.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        versions
            .add(ClassFile.of().parse(file.getInputStream(entry).readAllBytes()).majorVersion());
      }
      return versions;
    }
  }
}
