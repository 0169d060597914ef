package dev.unroll.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent.Kind;
import java.nio.file.WatchEvent.Modifier;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/// A path of a [FaultyFileSystem]: that of the machine, and its file system.
record FaultyPath(FaultyFileSystem system, Path real) implements Path {

  /// The path of the machine.
  ///
  /// @throws ProviderMismatchException if it is one already: a program that mixes the two has
  ///     dropped the file system that it was given
  static Path real(Path path) {
    if (path instanceof FaultyPath faulty) {
      return faulty.real;
    }
    throw new ProviderMismatchException(path + " is not of the file system with faults");
  }

  private @Nullable Path wrap(@Nullable Path path) {
    return path == null ? null : system.wrap(path);
  }

  @Override
  public FaultyFileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return real.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return wrap(real.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return wrap(real.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return wrap(real.getParent());
  }

  @Override
  public int getNameCount() {
    return real.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return system.wrap(real.getName(index));
  }

  @Override
  public Path subpath(int begin, int end) {
    return system.wrap(real.subpath(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return real.startsWith(real(other));
  }

  @Override
  public boolean endsWith(Path other) {
    return real.endsWith(real(other));
  }

  @Override
  public Path normalize() {
    return system.wrap(real.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return system.wrap(real.resolve(real(other)));
  }

  @Override
  public Path relativize(Path other) {
    return system.wrap(real.relativize(real(other)));
  }

  @Override
  public URI toUri() {
    return real.toUri();
  }

  @Override
  public Path toAbsolutePath() {
    return system.wrap(real.toAbsolutePath());
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return system.wrap(real.toRealPath(options));
  }

  @Override
  public WatchKey register(WatchService watcher, Kind<?>[] events, Modifier... modifiers) {
    throw new UnsupportedOperationException("nothing is watched");
  }

  @Override
  public int compareTo(Path other) {
    return real.compareTo(real(other));
  }

  @Override
  public String toString() {
    return real.toString();
  }
}
