package dev.unroll.testkit;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The operations on the files of a [FaultyFileSystem] that fail. They are counted from 1, so that
/// a test can let the first one fail, then the second one, until there are no more. Thread-safe.
public final class Faults {
  /// An operation on a file that can fail.
  public enum Operation {
    /// A file is opened for writing, and created if it does not exist.
    CREATE,
    /// Bytes are written; of those that fail, the first half are on the disk.
    WRITE,
    /// A file is cut.
    TRUNCATE,
    /// Bytes, or the names in a folder, are forced to the disk.
    FORCE,
    /// A written file is closed, which is when some file systems report that the disk is full.
    CLOSE,
    /// A file is renamed.
    RENAME,
    /// A file is deleted.
    DELETE,
    /// A folder is created.
    FOLDER,
    /// A lock is taken.
    LOCK,
    /// A file or folder is opened for reading.
    OPEN,
    /// Bytes are read.
    READ
  }

  private final int first;
  private final int last;
  private final int mostBytes;
  private final Runnable before;
  private final List<String> done = new ArrayList<>();

  private Faults(int first, int last, int mostBytes, Runnable before) {
    this.first = first;
    this.last = last;
    this.mostBytes = mostBytes;
    this.before = before;
  }

  private static Faults of(int first, int last) {
    return new Faults(first, last, Integer.MAX_VALUE, () -> {});
  }

  /// Nothing fails.
  public static Faults none() {
    return of(0, 0);
  }

  /// The `n`-th operation fails and no other, as when the disk is full for a moment.
  public static Faults once(int n) {
    return of(n, n);
  }

  /// The `n`-th operation and all after it fail, as when the disk is gone or the process is killed.
  public static Faults from(int n) {
    return of(n, Integer.MAX_VALUE);
  }

  /// Nothing fails, but no call writes or reads more than this many bytes, at least one.
  public static Faults shortTransfers(int mostBytes) {
    return new Faults(0, 0, mostBytes, () -> {});
  }

  /// Nothing fails, but right before the `n`-th operation something else happens, as when another
  /// process is faster.
  public static Faults meanwhile(int n, Runnable other) {
    return new Faults(n, 0, Integer.MAX_VALUE, other);
  }

  /// The operations so far, such as `WRITE model.safetensors`, in order, including failed ones.
  public synchronized List<String> done() {
    return List.copyOf(done);
  }

  int mostBytes() {
    return mostBytes;
  }

  /// Counts an operation.
  ///
  /// @throws IOException if it fails
  synchronized void next(Operation operation, Path path) throws IOException {
    done.add(operation + " " + path.getFileName());
    if (done.size() == first) {
      before.run();
    }
    if (done.size() >= first && done.size() <= last) {
      throw failure(operation, path);
    }
  }

  /// With the messages of the system: calls with a path name it, those on an open file do not.
  private static IOException failure(Operation operation, Path path) {
    return switch (operation) {
      case WRITE -> new IOException("No space left on device");
      case TRUNCATE, FORCE, CLOSE, LOCK, READ -> new IOException("Input/output error");
      case CREATE, FOLDER ->
          new FileSystemException(path.toString(), null, "No space left on device");
      case RENAME, DELETE, OPEN ->
          new FileSystemException(path.toString(), null, "Input/output error");
    };
  }
}
