package dev.unroll.app;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unroll.format.SafeFile;
import dev.unroll.train.TrainingSession;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The folders that runs live in.
final class RunFolder {
  /// What holds the runs that were not sent elsewhere.
  static final String RUNS = "runs";

  static final String LOG = "log.jsonl";
  static final String REPORT = "report.html";

  /// A lock is lost with the process that holds it; that the file is there means nothing.
  private static final String LOCK = ".lock";

  private RunFolder() {}

  /// The first of `runs/NAME-1`, `runs/NAME-2`… that is not there.
  static Path free(Path folder, String name) {
    var runs = folder.resolve(RUNS);
    int number = 1;
    while (Files.exists(runs.resolve(name + "-" + number))) {
      number++;
    }
    return runs.resolve(name + "-" + number);
  }

  /// Checks that a new run may go to a folder: it is not there, or empty.
  ///
  /// @throws IOException that says what stands there and what to do
  static void requireFree(Path run) throws IOException {
    if (!Files.exists(run)) {
      requireRoom(run);
      return;
    }
    if (!Files.isDirectory(run)) {
      throw new IOException("%s is a file; give --out the path of a new folder".formatted(run));
    }
    if (Files.exists(run.resolve(TrainingSession.CHECKPOINT))) {
      throw new IOException(
          "%s holds a run already; go on with it (--resume %s), or give --out a new folder"
              .formatted(run, run));
    }
    try (var inside = Files.list(run)) {
      if (inside.findAny().isPresent()) {
        throw new IOException(
            "the folder %s is not empty; give --out the path of a new folder".formatted(run));
      }
    }
  }

  /// Checks that the nearest folder above that is there would take a new one.
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

  /// Makes the folder of a new run and checks that files can be made in it.
  ///
  /// @throws IOException one sentence
  static void create(Path run) throws IOException {
    try {
      Files.createDirectories(run);
      Files.delete(Files.createTempFile(run, ".unroll", ".tmp"));
    } catch (IOException e) {
      throw new IOException("files cannot be made in %s: %s; choose another --out"
          .formatted(run, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "you have no permission";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case FileSystemException _ -> "the system refuses";
      default -> String.valueOf(e.getMessage());
    };
  }

  /// Keeps other processes from training in the folder until it is closed, or this process ends, and
  /// removes what a killed one was about to write.
  ///
  /// @throws IOException if another one does
  static Closeable lock(Path run) throws IOException {
    var channel = FileChannel.open(run.resolve(LOCK), CREATE, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException(
            "another process is training in %s; stop it first, or train elsewhere".formatted(run));
      }
      for (var file : List.of(TrainingSession.MODEL, TrainingSession.CHECKPOINT, REPORT)) {
        SafeFile.deleteLeftovers(run.resolve(file));
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// The model that is meant: a file, or that of a run, which is its checkpoint before the first
  /// epoch has ended; of the newest run under `runs` where nothing is given.
  ///
  /// @throws IOException that says what to do, if there is none
  static Path model(Path folder, @Nullable Path given) throws IOException {
    if (given == null) {
      return newest(folder.resolve(RUNS));
    }
    var path = folder.resolve(given);
    if (!Files.exists(path)) {
      throw new IOException(
          "there is no %s; give a model file or the folder of a run".formatted(given));
    }
    if (!Files.isDirectory(path)) {
      return path;
    }
    var model = modelOf(path);
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

  private static Path newest(Path runs) throws IOException {
    record Found(Path model, long time) {}
    var found = new ArrayList<Found>();
    if (Files.isDirectory(runs)) {
      try (var children = Files.newDirectoryStream(runs)) {
        for (var run : children) {
          var model = modelOf(run);
          if (model != null) {
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
