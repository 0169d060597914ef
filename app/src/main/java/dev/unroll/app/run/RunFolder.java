package dev.unroll.app.run;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.run.live.LookLog;
import dev.unroll.app.run.live.RunControl;
import dev.unroll.app.run.log.RunLog;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.train.TrainingSession;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folders of runs.
public final class RunFolder {
  /// The default parent folder of runs.
  public static final String RUNS = "runs";

  public static final String LOG = "log.jsonl";
  public static final String REPORT = "report.html";

  /// A lock ends with the process that holds it; the existence of the file means nothing.
  static final String LOCK = ".lock";

  /// The files that are replaced atomically, of which a killed run may leave temporary files.
  private static final List<String> WRITTEN =
      List.of(TrainingSession.MODEL, TrainingSession.CHECKPOINT, REPORT, StoredCommand.FILE,
          TrialTable.FILE, RunControl.FILE);

  /// The files of a run.
  private static final List<String> PARTS =
      Stream.concat(WRITTEN.stream(), Stream.of(LOG, LOCK, LookLog.FILE)).toList();

  /// Who only looks whether somebody trains has the lock for less than this.
  private static final int ATTEMPTS = 3;

  private static final long PAUSE_NANOS = 20_000_000;

  private RunFolder() {}

  /// The lock of a folder.
  ///
  /// @param channel that of the lock file, to which nothing is written
  public record Lock(FileChannel channel) implements AutoCloseable {

    /// Releases the lock. The file stays: if it were deleted, another process that has it open
    /// already could lock it, and a third one a new file of the same name.
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException _) {
        // The lock ends with the channel, and nothing was written that could be lost.
      }
    }
  }

  /// The first of `runs/NAME-1`, `runs/NAME-2`… that does not exist.
  public static Path free(Path folder, String name) {
    var runs = folder.resolve(RUNS);
    int number = 1;
    while (Files.exists(runs.resolve(name + "-" + number))) {
      number++;
    }
    return runs.resolve(name + "-" + number);
  }

  /// Creates the first of `runs/NAME-1`, `runs/NAME-2`… that does not exist; no other start gets
  /// the same.
  ///
  /// @throws IOException one sentence
  static Path claim(Path folder, String name) throws IOException {
    var runs = folder.resolve(RUNS);
    create(runs);
    for (int number = 1;; number++) {
      var run = runs.resolve(name + "-" + number);
      try {
        return Files.createDirectory(run);
      } catch (FileAlreadyExistsException _) {
        // The next one, then.
      } catch (IOException e) {
        throw notMade(run, e);
      }
    }
  }

  /// Checks that a new run may use a folder: it does not exist, is empty, or is that of a run that
  /// ended before its first checkpoint. Must be checked again after [#lock].
  ///
  /// @throws IOException that says what is there and what to do
  public static void requireFree(Path run) throws IOException {
    if (!Files.exists(run)) {
      requireRoom(run);
      return;
    }
    if (!Files.isDirectory(run)) {
      throw new IOException("%s is a file; give --out the path of a new folder".formatted(run));
    }
    if (RunLog.failure(run.resolve(LOG)) != null) {
      throw new IOException("%s holds a run that failed; give --out a new folder, or remove it"
          .formatted(run));
    }
    if (Files.exists(run.resolve(TrainingSession.CHECKPOINT))
        || StoredCommand.isIn(run) && !TaskRun.hasEnded(run)) {
      throw new IOException(
          "%s holds a run already; resume it (--resume %s), or give --out a new folder"
              .formatted(run, run));
    }
    if (!neverBegan(run)) {
      throw new IOException(
          "the folder %s is not empty; give --out the path of a new folder".formatted(run));
    }
  }

  /// Checks that there is a run to resume.
  ///
  /// @throws IOException that says what to do instead
  public static Path requireCheckpoint(Path run) throws IOException {
    var checkpoint = run.resolve(TrainingSession.CHECKPOINT);
    if (Files.exists(checkpoint)) {
      var failure = RunLog.failure(run.resolve(LOG));
      if (failure != null) {
        throw new IOException(
            "the training in %s failed, and to resume it would fail at the same step:"
                .formatted(run) + " %s, in a new run".formatted(failure));
      }
      return checkpoint;
    }
    throw new IOException(Files.exists(run.resolve(LOCK)) && neverBegan(run)
        ? ("%s holds no checkpoint: its training ended before the first; start it again with --out "
            + "%s")
            .formatted(run, run)
        : "there is no %s; give --resume the folder of a run that was stopped"
            .formatted(checkpoint));
  }

  /// Whether a folder holds at most the files of a training that ended before its first checkpoint:
  /// the lock, a log without steps, and temporary files.
  private static boolean neverBegan(Path run) throws IOException {
    boolean locked = Files.exists(run.resolve(LOCK));
    try (var inside = Files.newDirectoryStream(run)) {
      for (var path : inside) {
        boolean left = switch (String.valueOf(path.getFileName())) {
          case LOCK, RunControl.FILE -> true;
          case LOG -> locked && Files.isRegularFile(path) && !hasSecondLine(path);
          default -> WRITTEN.stream().anyMatch(
              name -> SafeFile.isLeftover(run.resolve(name), path));
        };
        if (!left) {
          return false;
        }
      }
      return true;
    } catch (DirectoryIteratorException e) {
      throw FileFailure.reading(run, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw FileFailure.reading(run, e);
    }
  }

  private static boolean hasSecondLine(Path log) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(log))) {
      int b = in.read();
      while (b >= 0 && b != '\n') {
        b = in.read();
      }
      return b >= 0 && in.read() >= 0;
    }
  }

  /// Checks that a folder can be created in the nearest existing parent.
  private static void requireRoom(Path run) throws IOException {
    var above = run.toAbsolutePath().normalize().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !Files.isDirectory(above)) {
      throw new IOException("the folder %s cannot be made: %s is a file; choose another --out"
          .formatted(run, above));
    }
    if (above != null && !Files.isWritable(above)) {
      throw new IOException("the folder %s cannot be made: %s may not be written; choose another"
          .formatted(run, above) + " --out");
    }
  }

  /// Creates a folder, if it does not exist.
  ///
  /// @throws IOException one sentence
  public static void create(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw notMade(folder, e);
    }
  }

  private static IOException notMade(Path folder, IOException e) {
    return new IOException("the folder %s cannot be made: %s; choose another --out"
        .formatted(folder, e instanceof NoSuchFileException
            ? "the system makes no folders there"
            : FileFailure.reason(e)),
        e);
  }

  /// Keeps other processes from training in the folder until it is closed, or this process ends,
  /// and removes the temporary files of a killed one.
  ///
  /// @throws IOException one sentence, if another process trains there or files cannot be created
  ///     there
  public static Lock lock(Path run) throws IOException {
    var file = SafeFile.target(run.resolve(LOCK));
    FileChannel channel;
    try {
      channel = FileChannel.open(file, CREATE, WRITE);
    } catch (IOException e) {
      throw new IOException("files cannot be made in %s: %s; choose another --out"
          .formatted(run, FileFailure.reason(e)), e);
    }
    var lock = new Lock(channel);
    try {
      if (locked(channel) == null) {
        throw new OverlappingFileLockException(); // as within one process
      }
    } catch (OverlappingFileLockException e) {
      lock.close();
      throw new IOException("another process is training in %s; stop it first, or train elsewhere"
          .formatted(run), e);
    } catch (IOException e) {
      lock.close();
      throw new IOException("%s cannot be locked: %s; choose another --out"
          .formatted(run, FileFailure.reason(e)), e);
    }
    deleteLeftovers(run);
    return lock;
  }

  /// Whether a process trains in a folder. It looks by taking a lock that readers may share for
  /// some microseconds, which is why [#lock] tries again.
  ///
  /// @throws IOException if the file of the lock cannot be opened
  public static boolean isTraining(Path run) throws IOException {
    var file = run.resolve(LOCK);
    if (!Files.exists(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file, READ);
        var lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException _) {
      return true; // this process itself
    }
  }

  /// The lock, or null if another process has it still after a moment.
  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    for (int attempt = 1;; attempt++) {
      var lock = channel.tryLock();
      if (lock != null || attempt == ATTEMPTS) {
        return lock;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// Removes the temporary files that a killed process has left in a folder that is locked.
  static void deleteLeftovers(Path folder) {
    WRITTEN.forEach(written -> SafeFile.deleteLeftovers(folder.resolve(written)));
  }

  /// Refuses to write over a file that a run keeps beside its model, such as its checkpoint.
  ///
  /// @param model the file of the model
  /// @throws IllegalArgumentException one sentence
  public static void requireNoPart(Path model, Path target) throws IOException {
    for (var name : PARTS) {
      WrittenFile.requireOther(target, model.resolveSibling(name), "a file of the run");
    }
  }

  /// The model of an argument: a file, or that of a run, which is its checkpoint before the first
  /// epoch has ended; without an argument that of the newest run under `runs`.
  ///
  /// @throws IOException that says what to do, if there is none
  public static Path model(Path folder, @Nullable Path given) throws IOException {
    if (given == null) {
      return newest(folder.resolve(RUNS));
    }
    var path = folder.resolve(given.toString());
    if (!Files.exists(path)) {
      throw new IOException(
          "there is no %s; give a model file or the folder of a run".formatted(given));
    }
    if (!Files.isDirectory(path)) {
      return path;
    }
    var model = modelOf(path);
    if (model == null && StoredCommand.isIn(path)) {
      throw new IOException(
          "the training in %s has not ended; go on with it: unroll train --resume %s"
              .formatted(given, given));
    }
    if (model == null) {
      throw new IOException(
          "the folder %s holds no %s; give a model file or the folder of a run"
              .formatted(given, TrainingSession.MODEL));
    }
    return model;
  }

  private static @Nullable Path modelOf(Path run) {
    var model = run.resolve(TrainingSession.MODEL);
    var checkpoint = run.resolve(TrainingSession.CHECKPOINT);
    return Files.exists(model) ? model : Files.exists(checkpoint) ? checkpoint : null;
  }

  /// Whether a run failed before it had a model of its own: its checkpoint has only initial values.
  private static boolean failedAtOnce(Path run) throws IOException {
    return !Files.exists(run.resolve(TrainingSession.MODEL))
        && RunLog.failure(run.resolve(LOG)) != null;
  }

  private static Path newest(Path runs) throws IOException {
    record Found(Path model, long time) {}
    var found = new ArrayList<Found>();
    if (Files.isDirectory(runs)) {
      try (var children = Files.newDirectoryStream(runs)) {
        for (var run : children) {
          var model = modelOf(run);
          if (model != null && !failedAtOnce(run)) {
            found.add(new Found(model, Files.getLastModifiedTime(model).toMillis()));
          }
        }
      }
    }
    return found.stream()
        .max(Comparator.comparingLong(Found::time).thenComparing(Found::model))
        .orElseThrow(
            () -> new IOException(
                "there is no run in %s yet; train one (unroll train shakespeare), or give a model"
                    .formatted(runs)))
        .model();
  }
}
