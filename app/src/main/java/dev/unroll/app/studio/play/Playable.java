package dev.unroll.app.studio.play;

import dev.unroll.app.data.Sides;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.studio.runs.Run;
import dev.unroll.datasets.example.As;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.file.ModelFile;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The model of a run, read once for as long as its file stays as it is.
///
/// @param file the model
/// @param task null for a model without one
/// @param changed when the file was written
public record Playable(ModelFile file, @Nullable TaskFile task, long changed) {
  /// What is kept: models may be large, and one is played with at a time.
  private static final int KEPT = 2;

  /// Models by the folder of their run, the last ones used.
  public static final class Shelf {
    private final Map<Path, Playable> models =
        new LinkedHashMap<>(KEPT + 1, 1, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Path, Playable> eldest) {
            return size() > KEPT;
          }
        };

    /// An empty one.
    public Shelf() {
      // Models come when they are asked for.
    }

    /// The model of a run as its file is now.
    ///
    /// @throws IOException one sentence, if it has none yet, or it cannot be read
    public synchronized Playable of(Run run) throws IOException {
      var path = RunFolder.model(run.folder(), run.folder());
      long changed = Files.getLastModifiedTime(path).toMillis();
      var known = models.get(run.folder());
      if (known != null && known.changed == changed) {
        return known;
      }
      var file = ModelFile.read(path);
      var read = new Playable(file, TaskFile.of(file).orElse(null), changed);
      models.put(run.folder(), read);
      return read;
    }
  }

  /// What can be done with it, a word for the page; empty if there is no play for it.
  ///
  /// @throws IOException if its file describes it wrongly
  public String kind() throws IOException {
    if (task == null) {
      if (LanguageModel.is(file.model())) {
        return "text";
      }
      return file.model().architecture().inputs().letters() != null ? ""
          : Sides.of(file).input() == As.NUMBERS ? "numbers" : "symbols";
    }
    if (Classifier.is(task)) {
      return file.model().architecture().inputs().symbols() > 0 ? "classify" : "numbers";
    }
    if (Detector.is(task)) {
      return "detect";
    }
    if (Transducer.is(task)) {
      return "transduce";
    }
    if (Tagger.is(task)) {
      return "tag";
    }
    return Forecaster.is(task) ? "forecast" : "";
  }

  /// The numbers of a step of its input; 0 if it reads none.
  public int columns() throws IOException {
    return kind().equals("numbers") ? file.model().architecture().inputs().size() : 0;
  }

  /// Its task.
  ///
  /// @throws IllegalArgumentException if it has none
  TaskFile needTask() {
    if (task == null) {
      throw new IllegalArgumentException("%s is a model without a task".formatted(file.source()));
    }
    return task;
  }
}
