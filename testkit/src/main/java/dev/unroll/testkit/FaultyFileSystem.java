package dev.unroll.testkit;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;
import java.util.stream.StreamSupport;

/// The file system of the machine, with operations that fail when a test wants it. Programs use it
/// if they are given a path of it and use `java.nio.file` only.
///
/// ```java
/// var faults = Faults.once(3);
/// var folder = FaultyFileSystem.of(directory, faults);
/// assertThatThrownBy(() -> model.write(folder.resolve("model")));
/// ```
///
/// Nothing is actually forced to the disk, so that thousands of runs take seconds.
public final class FaultyFileSystem extends FileSystem {
  private final FileSystem real;
  private final FaultyProvider provider;

  private FaultyFileSystem(FileSystem real, Faults faults) {
    this.real = real;
    provider = new FaultyProvider(this, real.provider(), faults);
  }

  /// A folder in such a file system.
  public static Path of(Path folder, Faults faults) {
    return new FaultyFileSystem(folder.getFileSystem(), faults).wrap(folder);
  }

  Path wrap(Path path) {
    return new FaultyPath(this, path);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("the file system of the machine stays open");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return real.isReadOnly();
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return StreamSupport.stream(real.getRootDirectories().spliterator(), false).map(this::wrap)
        .toList();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    var matcher = real.getPathMatcher(syntaxAndPattern);
    return path -> matcher.matches(FaultyPath.real(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("nothing is watched");
  }
}
