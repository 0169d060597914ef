package dev.unroll.kernel.bytecode;

/// The loader of one emitted class.
///
/// Emitted classes are ordinary ones with a loader of their own: the JVM leaves the frames of hidden
/// classes out of stack traces, and a loader goes with its class when nobody uses it any more.
final class EmittedLoader extends ClassLoader {
  EmittedLoader() {
    super("unroll-emitted", EmittedLoader.class.getClassLoader());
    // On the module path this package is hidden from all others, and emitted classes are in no module.
    var module = EmittedLoader.class.getModule();
    if (module.isNamed()) {
      module.addExports(EmittedLoader.class.getPackageName(), getUnnamedModule());
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
