package dev.unroll.kernel.bytecode;

import dev.unroll.kernel.scalar.ScalarFunctions;
import java.util.List;

/// The loader of one emitted class.
///
/// Emitted classes are ordinary classes with a loader of their own: the JVM leaves the frames of
/// hidden classes out of stack traces, and a loader is unloaded with its class when it is no longer
/// used.
final class EmittedLoader extends ClassLoader {
  /// The classes of the library that emitted code refers to.
  private static final List<Class<?>> NAMED =
      List.of(ElementLoops.class, Tile.class, ScalarFunctions.class);

  EmittedLoader() {
    super("unroll-emitted", EmittedLoader.class.getClassLoader());
    // On the module path these packages are hidden from all others, and emitted classes are in no
    // module.
    var module = EmittedLoader.class.getModule();
    if (module.isNamed()) {
      NAMED.forEach(type -> module.addExports(type.getPackageName(), getUnnamedModule()));
    }
  }

  /// An instance of the class, which has a constructor without arguments.
  <T> T load(String name, byte[] bytes, Class<T> type) {
    try {
      return type.cast(
          defineClass(name, bytes, 0, bytes.length).getConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name + " cannot be made", e);
    }
  }
}
