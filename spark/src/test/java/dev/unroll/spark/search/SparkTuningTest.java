package dev.unroll.spark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tuning;
import dev.unroll.train.Fit;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trials as tasks find what a loop finds.
class SparkTuningTest {
  private static final AtomicInteger TRIALS = new AtomicInteger();
  static final int EPOCHS = 3;

  static List<Settings> candidates() {
    return List.of(Settings.NONE, Settings.parse("rate=0.02"), Settings.parse("rate=-1"),
        Settings.parse("rate=0.00001"));
  }

  private static List<Example> examples(int count) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < count; i++) {
      examples.add(new Example(Values.Features.ofRows(SequenceTables.sequence(i, 2)),
          Values.Symbols.of(i % 3)));
    }
    return examples;
  }

  static void train(Settings settings, Engine engine, Fit fit) {
    TRIALS.incrementAndGet();
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
        Pooling.LAST, Outputs.classes(3), 5);
    var recipe = Recipe.of(EPOCHS).learningRate(settings.number("rate", 0.005));
    fit.run(Trainer.of(model).engine(engine).recipe(recipe), Batches.of(examples(40), 8, 1),
        Batches.inOrder(examples(12), 8), TrainingListener.SILENT);
  }

  /// The same search in a loop.
  private static Tuning<Settings> loop(Path folder) throws Exception {
    var tuning = Tuning.of(candidates(), EPOCHS);
    while (!tuning.finished()) {
      for (var job : tuning.waiting()) {
        var trial = Files.createDirectories(folder.resolve("trial" + job.trial()));
        double merit = Double.NaN;
        try (var engine = Engine.of(1)) {
          var fit = Fit.in(trial).pauseAfter(job.budget());
          train(job.candidate(), engine, fit);
          merit = -fit.best().value();
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageContaining("the learning rate is -1");
        }
        tuning = tuning.with(job.trial(), merit);
      }
    }
    return tuning;
  }

  @Test
  void aSearchOverTheClusterFindsWhatALoopFinds(@TempDir Path folder) throws Exception {
    var expected = loop(folder.resolve("loop"));
    var shared = folder.resolve("search");
    var search = SparkTuning.in(LocalSpark.session(), shared.toUri().toString());
    TRIALS.set(0);
    var found = search.search(Tuning.of(candidates(), EPOCHS), SparkTuningTest::train);
    assertThat(found.best()).isEqualTo(candidates().get(expected.best().getAsInt()));
    int trials = TRIALS.get();
    var rows = found.table().orderBy("rung", "trial").collectAsList();
    assertThat(rows).hasSize(trials);
    assertThat(rows.get(2).getString(5)).contains("the learning rate is -1");
    assertThat(rows.get(2).isNullAt(4)).isTrue();

    // Started again, it makes only what is missing: here the trial of the last rung.
    Files.delete(shared.resolve("trial-%d/rung-1.txt".formatted(expected.best().getAsInt())));
    var again = search.search(Tuning.of(candidates(), EPOCHS), SparkTuningTest::train);
    assertThat(TRIALS.get()).isEqualTo(trials + 1);
    assertThat(again.table().orderBy("rung", "trial").collectAsList())
        .extracting(Row::toString).isEqualTo(rows.stream().map(Row::toString).toList());
  }

  @Test
  void anotherSearchInTheFolderIsTold(@TempDir Path folder) throws Exception {
    var search = SparkTuning.in(LocalSpark.session(), folder.toString());
    search.search(Tuning.of(List.of(Settings.NONE), 1), SparkTuningTest::train);
    assertThatThrownBy(() -> search.search(Tuning.of(List.of(Settings.parse("rate=0.1")), 1),
        SparkTuningTest::train))
        .hasMessageEndingWith("start another search in a folder of its own");
    var failing = SparkTuning.in(LocalSpark.session(), folder.resolve("failing").toString());
    assertThatThrownBy(() -> failing.search(Tuning.of(List.of(Settings.parse("rate=-1")), 1),
        SparkTuningTest::train)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("all trials have failed; the first one: the learning rate is -1");
  }

  /// Its trials had fewer epochs than the table said.
  @Test
  void aSearchWithOtherEpochsInTheFolderIsTold(@TempDir Path folder) throws Exception {
    var search = SparkTuning.in(LocalSpark.session(), folder.toString());
    search.search(Tuning.of(List.of(Settings.NONE), 1), SparkTuningTest::train);
    int trials = TRIALS.get();
    assertThatThrownBy(() -> search.search(Tuning.of(List.of(Settings.NONE), 2),
        SparkTuningTest::train))
        .hasMessageContaining("have the epochs [1], expected [2]; start another search in a folder")
        .hasMessageContaining("epochs.txt");
    assertThat(TRIALS.get()).isEqualTo(trials);
    Files.delete(folder.resolve("epochs.txt"));
    assertThatThrownBy(() -> search.search(Tuning.of(List.of(Settings.NONE), 1),
        SparkTuningTest::train))
        .hasMessageContaining("has trials, but no epochs.txt that says of how many epochs");
  }

  /// It said "null".
  @Test
  void anExceptionWithoutAMessageIsToldByItsName(@TempDir Path folder) {
    var search = SparkTuning.in(LocalSpark.session(), folder.toString());
    assertThatThrownBy(() -> search.search(Tuning.of(List.of(Settings.NONE), 1),
        (_, _, _) -> {
          throw new UnsupportedOperationException();
        })).hasMessage("all trials have failed; the first one: "
            + "java.lang.UnsupportedOperationException");
  }
}
