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

  /// A layer at work: what is timed, a hash of the bits that it last computed, and what ends its
  /// threads.
  record Layer(Runnable work, IntSupplier hash, AutoCloseable end) {}

  String name() {
    return name;
  }

  /// A layer with memory of its own; arguments as those of [BuildCase].
  ///
  /// @throws IllegalArgumentException if this build has no such layer, or other methods than ours
  Layer open(BuildShape shape) {
    try {
      var constructor =
          cases.getDeclaredConstructor(String.class, String.class, int.class, int.class,
              int.class, int.class, int.class);
      constructor.setAccessible(true);
      var layer = constructor.newInstance(shape.cell(), shape.mode(), shape.batch(),
          shape.time(), shape.input(), shape.hidden(), shape.threads());
      return new Layer((Runnable) layer, (IntSupplier) layer, (AutoCloseable) layer);
    } catch (InvocationTargetException e) {
      var cause = e.getTargetException();
      if (cause instanceof LinkageError error) {
        throw differs(error);
      }
      throw new IllegalArgumentException(name + ": " + cause.getMessage(), cause);
    } catch (LinkageError e) {
      throw differs(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private IllegalArgumentException differs(LinkageError e) {
    return new IllegalArgumentException(
        ("%s has other classes or methods of layers than this program was compiled for: %s; compare"
            + " builds that are closer together").formatted(name, e.getMessage()),
        e);
  }
}
