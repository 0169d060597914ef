package dev.unroll.bench;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/// A build of the library in this JVM, beside others: its classes have a loader of their own.
final class Build {
  private final String name;
  private final Class<?> cases;

  /// @param name how it is called in what is printed
  /// @param classes a jar, or a folder of classes
  Build(String name, Path classes) throws IOException {
    this.name = name;
    var own = Build.class.getProtectionDomain().getCodeSource().getLocation();
    var urls = new URL[] {classes.toUri().toURL(), own};
    // The loader lives as long as its classes are used, which is to the end of the program.
    var loader = new URLClassLoader(name, urls, ClassLoader.getPlatformClassLoader());
    try {
      cases = loader.loadClass(BuildCase.class.getName());
    } catch (ClassNotFoundException e) {
      throw new IOException("%s: %s is missing".formatted(name, BuildCase.class.getName()), e);
    }
  }

  String name() {
    return name;
  }

  /// A layer with memory of its own; arguments as those of [BuildCase].
  ///
  /// @throws IllegalArgumentException if this build has no such layer, or other methods than ours
  IntSupplier open(BuildShape shape) {
    try {
      var constructor =
          cases.getDeclaredConstructor(String.class, String.class, int.class, int.class,
              int.class, int.class, int.class);
      constructor.setAccessible(true);
      return (IntSupplier) constructor.newInstance(shape.cell(), shape.mode(), shape.batch(),
          shape.time(), shape.input(), shape.hidden(), shape.threads());
    } catch (InvocationTargetException e) {
      var cause = e.getTargetException();
      if (cause instanceof LinkageError) {
        throw new IllegalArgumentException(
            "%s has other classes or methods of layers than this program was compiled for: %s; compare builds"
                .formatted(name, cause.getMessage()) + " that are closer together",
            cause);
      }
      throw new IllegalArgumentException(name + ": " + cause.getMessage(), cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
