package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.data.Example;
import dev.unroll.model.Model;
import dev.unroll.table.Sentences;
import dev.unroll.table.Table;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Data as the model of a task reads it, for a look inside.
///
/// @param model that reads it; of a tagger, the one whose loss is that of each token alone
/// @param examples of a series, windows at even distances
/// @param tokens the input of an example as text, one for each step; empty for numbers
/// @param targets likewise; empty if they belong to the steps of the input or are numbers
/// @param source the name of the data
public record TaskReading(Model model, List<Example> examples, IntFunction<List<String>> tokens,
    IntFunction<List<String>> targets, String source) {
  /// Reads data in the form of the task.
  ///
  /// @param data null for that of the training, which classifiers know
  /// @param most windows of a series
  public static TaskReading of(Terminal terminal, TaskFile task, @Nullable String data,
      int most) throws IOException {
    if (Classifier.is(task)) {
      return classifier(terminal, Classifier.of(task), data);
    }
    if (data == null) {
      throw new IOException(
          "a model that was made to %s does not say what it was trained on; give the data by --data"
              .formatted(task.task()));
    }
    if (Tagger.is(task)) {
      var sentences = Sentences.read(terminal.path(Path.of(data)));
      var tagger = Tagger.of(task);
      return new TaskReading(tagger.scores(), tagger.examples(sentences), sentences::tokens,
          TaskReading::none, data);
    }
    if (Transducer.is(task)) {
      return transducer(terminal, Transducer.of(task), data);
    }
    var table = Table.read(terminal.path(Path.of(data)));
    if (Forecaster.is(task)) {
      var forecaster = Forecaster.of(task);
      return new TaskReading(forecaster.model(), forecaster.examples(forecaster.read(table), most),
          TaskReading::none,
          TaskReading::none, data);
    }
    var detector = Detector.of(task);
    return new TaskReading(detector.model(), detector.examples(detector.read(table), most),
        TaskReading::none,
        TaskReading::none, data);
  }

  private static TaskReading classifier(Terminal terminal, Classifier classifier,
      @Nullable String data) throws IOException {
    var source = data == null ? classifier.trainedOn() : data;
    if (source.isEmpty()) {
      throw new IOException("the model does not say what it was trained on; give --data");
    }
    var names = classifier.columns();
    var read = ClassifierData.read(terminal.path(Path.of(source)), new ClassifierData.Columns(
        name(names.get("text")), name(names.get("label")), null));
    var examples = read.texts() != null ? classifier.examples(read.texts())
        : classifier.examples(Objects.requireNonNull(read.sequences()));
    return new TaskReading(classifier.model(), examples, TaskReading::none, TaskReading::none,
        source);
  }

  private static TaskReading transducer(Terminal terminal, Transducer transducer, String data) {
    var pairs = PairFiles.read(terminal, data, null, null, transducer.columns());
    return new TaskReading(transducer.model(), transducer.examples(pairs),
        i -> transducer.source().split(pairs.sources().get(i)),
        i -> transducer.target().split(pairs.targets().get(i)), data);
  }

  private static List<String> none(int example) {
    return List.of();
  }

  private static @Nullable String name(@Nullable Object column) {
    return column == null ? null : column.toString();
  }
}
