package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.series.Series;
import dev.unroll.table.Pairs;
import dev.unroll.table.Sentences;
import dev.unroll.table.Table;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.task.tag.TaggerOptions;
import dev.unroll.task.tag.TaggerTraining;
import dev.unroll.task.transduce.TransducerOptions;
import dev.unroll.task.transduce.TransducerTraining;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.train.Fit;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Trainings of tasks that end in the middle, and others that go on with their checkpoints. Nothing
/// was kept of a training of a task before its end.
class ResumedTaskTest {
  private static final int EPOCHS = 5;
  private static final List<String> GOOD = List.of("good", "fine", "great");
  private static final List<String> BAD = List.of("bad", "dull", "poor");

  @TempDir
  private Path folder;

  /// Trains a task on data of its own, made anew each time as by another process.
  interface Training {
    void train(Engine engine, TrainingListener listener, Fit fit, Path file) throws IOException;
  }

  enum Task {
    CLASSIFY((engine, listener, fit, file) -> ClassifierTraining.of(
        Table.of("reviews", reviews()).text("review").label("mood"), null,
        ClassifierOptions.DEFAULT.epochs(EPOCHS).engine(engine)).train(listener, fit).save(file)),

    TAG((engine, listener, fit, file) -> TaggerTraining.of(sentences(), null,
        TaggerOptions.DEFAULT.epochs(EPOCHS).engine(engine)).train(listener, fit).save(file)),

    TRANSDUCE((engine, listener, fit, file) -> TransducerTraining.of(pairs(), null,
        TransducerOptions.DEFAULT.epochs(EPOCHS).engine(engine)).train(listener, fit).save(file)),

    FORECAST((engine, listener, fit, file) -> Forecaster.training(Horizon.steps(6)).season(12)
        .epochs(EPOCHS).engine(engine).listener(listener).train(series(), fit).save(file)),

    DETECT((engine, listener, fit, file) -> Detector.training().epochs(EPOCHS).engine(engine)
        .listener(listener).train(series(), fit).save(file));

    private final Training training;

    Task(Training training) {
      this.training = training;
    }
  }

  private static Map<String, List<String>> reviews() {
    var texts = new ArrayList<String>();
    var moods = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      texts.add("the film number %d was %s".formatted(i,
          (i % 2 == 0 ? GOOD : BAD).get(i / 2 % 3)));
      moods.add(i % 2 == 0 ? "pos" : "neg");
    }
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("review", texts);
    columns.put("mood", moods);
    return columns;
  }

  private static Sentences sentences() {
    var tokens = new ArrayList<List<String>>();
    var tags = new ArrayList<List<String>>();
    for (int i = 0; i < 40; i++) {
      tokens.add(List.of("Number" + i, "was", (i % 2 == 0 ? GOOD : BAD).get(i / 2 % 3)));
      tags.add(List.of("NAME", "VERB", "ADJ"));
    }
    return Sentences.of(tokens, tags);
  }

  private static Pairs pairs() {
    var sources = new ArrayList<String>();
    var targets = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      sources.add(Integer.toString(100 + 7 * i));
      targets.add(new StringBuilder(sources.getLast()).reverse().toString());
    }
    return Pairs.of(sources, targets);
  }

  private static Series series() {
    var random = CounterRandom.of(3).stream("wave");
    var values = new double[240];
    for (int t = 0; t < values.length; t++) {
      values[t] = 20 + 5 * Math.sin(2 * Math.PI * t / 12) + 0.3 * random.normal(0, t);
    }
    return Series.of(values);
  }

  /// A machine that fails while the third epoch ends, after the model of the epoch was written and
  /// before the checkpoint was.
  private static TrainingListener failing() {
    return new TrainingListener() {
      @Override
      public void epoch(Epoch epoch) throws IOException {
        if (epoch.epoch() == 3) {
          throw new IOException("the machine fails");
        }
      }
    };
  }

  private byte[] whole(Task task) throws IOException {
    var file = folder.resolve("whole.safetensors");
    try (var engine = Engine.of(1)) {
      task.training.train(engine, TrainingListener.SILENT, Fit.inMemory(), file);
    }
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingThatWasKilledGoesOnWithTheSameBits(Task task) throws IOException {
    var kept = Files.createDirectory(folder.resolve("checkpoint"));
    var file = folder.resolve("resumed.safetensors");
    try (var engine = Engine.of(1)) {
      assertThatThrownBy(() -> task.training.train(engine, failing(), Fit.in(kept), file))
          .isInstanceOf(UncheckedIOException.class).hasMessage("the machine fails");
    }
    assertThat(file).doesNotExist();
    var fit = Fit.in(kept);
    var seen = new ArrayList<Integer>();
    try (var engine = Engine.of(2)) {
      task.training.train(engine, new TrainingListener() {
        @Override
        public void epoch(Epoch epoch) {
          seen.add(epoch.epoch());
        }
      }, fit, file);
    }
    assertThat(seen).containsExactly(3, 4, 5);
    assertThat(fit.finished()).isTrue();
    assertThat(file).hasBinaryContent(whole(task));
  }

  /// As a search does that tries many settings: a few epochs each, and more of the best.
  @ParameterizedTest
  @EnumSource
  void aTrainingThatPausesGoesOnWithTheSameBits(Task task) throws IOException {
    var kept = Files.createDirectory(folder.resolve("checkpoint"));
    var file = folder.resolve("resumed.safetensors");
    try (var engine = Engine.of(1)) {
      for (int epochs : new int[] {1, 1, 3}) {
        var fit = Fit.in(kept).pauseAfter(epochs);
        task.training.train(engine, TrainingListener.SILENT, fit, file);
        assertThat(fit.epochs()).isEqualTo(epochs);
        assertThat(fit.finished()).isFalse();
        assertThat(fit.stopped()).isFalse();
      }
      var fit = Fit.in(kept);
      task.training.train(engine, TrainingListener.SILENT, fit, file);
      assertThat(fit.epochs()).isEqualTo(EPOCHS);
      assertThat(fit.finished()).isTrue();
    }
    assertThat(file).hasBinaryContent(whole(task));
  }

  @Test
  void theFigureOfTheBestEpochIsKnown() throws IOException {
    var best = new ArrayList<Double>();
    var fit = Fit.inMemory();
    try (var engine = Engine.of(1)) {
      Task.FORECAST.training.train(engine, new TrainingListener() {
        @Override
        public void epoch(Epoch epoch) {
          best.add(epoch.validationLoss());
        }
      }, fit, folder.resolve("model.safetensors"));
    }
    assertThat(fit.best().name()).isEqualTo("loss");
    assertThat(fit.isLargerBetter()).isFalse();
    assertThat(fit.best().value()).isEqualTo(best.stream().mapToDouble(v -> v).min().orElseThrow());
  }

  @Test
  void aCheckpointOfAnotherTrainingIsRefused() throws IOException {
    var kept = Files.createDirectory(folder.resolve("checkpoint"));
    var file = folder.resolve("model.safetensors");
    try (var engine = Engine.of(1)) {
      Task.DETECT.training.train(engine, TrainingListener.SILENT, Fit.in(kept).pauseAfter(1), file);
      assertThatThrownBy(() -> Task.FORECAST.training.train(engine, TrainingListener.SILENT,
          Fit.in(kept), file)).isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("was written with the layers");
    }
    assertThatThrownBy(() -> Fit.in(kept).pauseAfter(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the fit is to pause after 0 epochs, expected at least 1");
  }
}
