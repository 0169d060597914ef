package dev.unroll.app.run;

import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.live.LookLog;
import dev.unroll.app.run.live.RunControl;
import dev.unroll.train.Fit;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The training of a task in its folder, which holds its command, its checkpoints until it has
/// ended, and its result. No other process trains there until it is closed.
///
/// @param folder the folder
/// @param fresh whether it was begun here, and not before by another process
public record TaskRun(Path folder, RunFolder.Lock lock, boolean fresh) implements AutoCloseable {
  /// The folder of the checkpoints in that of the run.
  private static final String CHECKPOINTS = "checkpoint";

  /// Begins a run in a new folder.
  ///
  /// @param out null for the next free one under `runs`
  /// @param name of runs without a given folder
  /// @throws IOException one sentence
  public static TaskRun start(@Nullable Path out, Terminal terminal, String name,
      StoredCommand command) throws IOException {
    try (var place = NewRun.claim(out, terminal, name)) {
      return start(place.folder(), command);
    }
  }

  /// Begins a run in a folder that exists.
  ///
  /// @throws IOException one sentence, if there is something in it
  public static TaskRun start(Path folder, StoredCommand command) throws IOException {
    var lock = RunFolder.lock(folder);
    try {
      RunFolder.requireFree(folder); // another run may have claimed it first
      command.write(folder);
      RunFolder.create(folder.resolve(CHECKPOINTS));
      return new TaskRun(folder, lock, true);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Goes on with a run.
  ///
  /// @throws IOException one sentence
  public static TaskRun resume(Path folder) throws IOException {
    var lock = RunFolder.lock(folder);
    try {
      var checkpoints = folder.resolve(CHECKPOINTS);
      RunFolder.create(checkpoints);
      RunFolder.deleteLeftovers(checkpoints);
      return new TaskRun(folder, lock, false);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Whether the run in a folder has ended, so that there is nothing left to do.
  public static boolean hasEnded(Path folder) {
    return Files.exists(folder.resolve(TrainingSession.MODEL))
        && !Files.exists(folder.resolve(CHECKPOINTS));
  }

  /// What trains, from the last checkpoint on, if there is one.
  public Fit fit() {
    return Fit.in(folder.resolve(CHECKPOINTS));
  }

  /// What trains in a folder inside that of a run, from its last checkpoint on.
  ///
  /// @throws IOException one sentence
  public static Fit fit(Path folder) throws IOException {
    var checkpoints = folder.resolve(CHECKPOINTS);
    RunFolder.create(checkpoints);
    RunFolder.deleteLeftovers(folder);
    RunFolder.deleteLeftovers(checkpoints);
    return Fit.in(checkpoints);
  }

  /// Removes the checkpoints in a folder inside that of a run.
  public static void removeCheckpoints(Path folder) throws IOException {
    delete(folder.resolve(CHECKPOINTS));
  }

  /// The file of the result.
  public Path model() {
    return folder.resolve(TrainingSession.MODEL);
  }

  /// The command that goes on with it.
  public String resumption() {
    return "%s train --resume %s".formatted(System.getProperty("unroll.command", "./unroll"),
        ShellWord.of(folder));
  }

  /// Removes the checkpoints: all is done.
  public void end() throws IOException {
    removeCheckpoints(folder);
  }

  /// Removes all that a run has written that was begun here, unless there is a checkpoint from
  /// which it can go on, for example with more memory.
  public void discard() {
    if (!fresh || hasCheckpoint()) {
      return;
    }
    try {
      delete(folder.resolve(CHECKPOINTS));
      for (var name : List.of(StoredCommand.FILE, RunFolder.LOG, LookLog.FILE, RunControl.FILE,
          RunFolder.LOCK)) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    } catch (IOException _) {
      // It holds something else; the failure that led here is the one to be told.
    }
  }

  /// Whether there is something to go on from.
  public boolean hasCheckpoint() {
    try (var inside = Files.newDirectoryStream(folder.resolve(CHECKPOINTS), "*.safetensors")) {
      return inside.iterator().hasNext();
    } catch (IOException _) {
      return false;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var inside = Files.newDirectoryStream(folder)) {
      for (var file : inside) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public void close() {
    lock.close();
  }
}
