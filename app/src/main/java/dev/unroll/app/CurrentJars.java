package dev.unroll.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Prepares the jars of the launcher's class path, so that the JVM can link their classes ahead of
/// time (JEP 483).
///
/// The JVM leaves out classes without stack maps, those of Java 5 and before. All of picocli is
/// such, which costs some 0.05 s at each start. They are rewritten here as classes of Java 25, with
/// the same instructions; nothing else changes.
final class CurrentJars {
  private final Path root;
  private final ClassFile classes;

  private CurrentJars(Path root) {
    this.root = root;
    var hierarchy = ClassHierarchyResolver.ofResourceParsing(this::open)
        .orElse(ClassHierarchyResolver.defaultResolver());
    classes = ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(hierarchy));
  }

  /// Copies jars to a folder.
  ///
  /// @param arguments the jars, followed by the folder
  /// @throws IOException if one cannot be read or written
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[arguments.length - 1]);
    for (int i = 0; i < arguments.length - 1; i++) {
      var jar = Path.of(arguments[i]);
      copy(jar, folder.resolve(jar.getFileName()));
    }
  }

  /// Copies a jar to a new file.
  static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
    try (var jar = FileSystems.newFileSystem(to)) {
      var root = jar.getPath("/");
      var current = new CurrentJars(root);
      try (var files = Files.walk(root)) {
        for (var file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
          current.renew(file);
        }
      }
    }
  }

  private void renew(Path file) throws IOException {
    var old = classes.parse(Files.readAllBytes(file));
    if (old.majorVersion() < ClassFile.JAVA_6_VERSION) {
      Files.write(file, renewed(old));
    }
  }

  private byte[] renewed(ClassModel old) {
    // Instructions that are copied one by one are written again, together with the stack maps.
    var instructions = ClassTransform.transformingMethodBodies(
        (code, element) -> code.with(element));
    return classes.transformClass(old, instructions.andThen(
        ClassTransform.endHandler(built -> built.withVersion(ClassFile.JAVA_25_VERSION, 0))));
  }

  private @Nullable InputStream open(ClassDesc type) {
    var name = type.descriptorString();
    var file = root.resolve(name.substring(1, name.length() - 1) + ".class");
    try {
      return Files.exists(file) ? Files.newInputStream(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
