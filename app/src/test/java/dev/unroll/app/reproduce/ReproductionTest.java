package dev.unroll.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.datasets.AddingProblem;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.testkit.Faults;
import dev.unroll.testkit.FaultyFileSystem;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReproductionTest {
  private static final Options OPTIONS = new Options(false, 7, null);

  private final Engine engine = Engine.of(1);
  private final List<String> printed = new ArrayList<>();

  @TempDir
  private Path folder;

  @AfterEach
  void close() {
    engine.close();
  }

  private record Some(List<Row> all) implements Experiment {
    @Override
    public String name() {
      return "some";
    }

    @Override
    public String title() {
      return "Some rows";
    }

    @Override
    public String source() {
      return "nobody";
    }

    @Override
    public String measure() {
      return "error";
    }

    @Override
    public String takes() {
      return "nothing";
    }

    @Override
    public List<Row> rows(Options options) {
      return all;
    }
  }

  private static Trial adding(double rate, Predicate<Epoch> goal) {
    return bench -> {
      var model =
          SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3), Pooling.LAST,
              Outputs.numbers(1), bench.seed());
      var train = Batches.of(new AddingProblem(5, 1), 4, 6);
      var validation = Batches.inOrder(new AddingProblem(5, 2).examples(0, 8), 4);
      var recipe = Recipe.of(4).learningRate(rate).patience(4);
      var training = bench.train("all", model, train, validation, recipe, goal);
      var score = bench.score(model, validation);
      return new Outcome(score.mean(), "%s after %d%s".formatted(score.mean(), training.epochs(),
          training.reached() ? ", reached" : ""), model.parameters().size());
    };
  }

  private Reproduction reproduction(Path home, Trial trial, Consumer<String> progress)
      throws IOException {
    return new Reproduction(new Some(List.of(new Row("A | row", "1.0", trial))), OPTIONS, null,
        engine, Files.createDirectories(home), progress.andThen(printed::add));
  }

  @Test
  void aTrainingThatWasStoppedGoesOnToTheSameFigure() throws IOException {
    var trial = adding(0.01, _ -> false);
    var whole = reproduction(folder.resolve("whole"), trial, _ -> {});
    whole.run(() -> {});

    var home = folder.resolve("stopped");
    var first = new Reproduction[1];
    first[0] = reproduction(home, trial, line -> {
      if (line.contains("epoch 2 of 4")) {
        first[0].stop();
      }
    });
    assertThatThrownBy(() -> first[0].run(() -> {})).isInstanceOf(StoppedException.class);
    assertThat(first[0].table()).doesNotContain("after");
    printed.clear();
    var second = reproduction(home, trial, _ -> {});
    second.run(() -> {});
    assertThat(printed).noneMatch(line -> line.contains("epoch 2 of 4"))
        .anyMatch(line -> line.contains("epoch 3 of 4"));
    assertThat(second.table()).isEqualTo(whole.table())
        .containsPattern("\\| A \\\\\\| row \\| 1\\.0 \\| \\d\\.\\d+ after 4 \\|");
  }

  /// A curve that cannot be read hid once what went wrong before.
  @Test
  void whateverFailsTheSameCommandGoesOnToTheSameFigure() throws IOException {
    var trial = adding(0.01, _ -> false);
    var counted = Faults.none();
    var whole = reproduction(FaultyFileSystem.of(folder.resolve("whole"), counted), trial, _ -> {});
    whole.run(() -> {});
    int operations = counted.done().size(); // without those of its table
    int made = 0;
    for (int n = 1; n <= operations; n++) {
      for (var faults : List.of(Faults.once(n), Faults.from(n))) {
        var home = folder.resolve("failed" + made++);
        var failure = catchThrowable(
            () -> reproduction(FaultyFileSystem.of(home, faults), trial, _ -> {}).run(() -> {}));
        if (failure != null) {
          assertThat(failure).as("operation %d: %s", n, faults.done())
              .isInstanceOf(IOException.class).hasMessageContaining(home.toString());
        } else {
          assertThat(faults.done().get(n - 1))
              .as("only leftovers need not be looked for, and Java tries twice to make a folder")
              .matches("OPEN (a-row|all)|FOLDER .*");
        }
        var again = reproduction(FaultyFileSystem.of(home, Faults.none()), trial, _ -> {});
        again.run(() -> {});
        assertThat(again.table()).isEqualTo(whole.table());
        try (var files = Files.walk(home)) {
          assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
      }
    }
  }

  @Test
  void aGoalEndsATrainingAndIsFoundAgain() throws IOException {
    var trial = adding(0.01, epoch -> epoch.epoch() == 2);
    reproduction(folder, trial, _ -> {}).run(() -> {});
    assertThat(printed).last().asString().contains("after 2, reached");
    Files.delete(folder.resolve("a-row/result.json"));
    printed.clear();
    reproduction(folder, trial, _ -> {}).run(() -> {});
    assertThat(printed).last().asString().contains("after 2, reached");
    assertThat(printed).noneMatch(line -> line.contains("epoch 1 of"));
  }

  @Test
  void aRunWithOtherSettingsIsNotGoneOnWith() throws IOException {
    reproduction(folder, adding(0.01, _ -> false), _ -> {}).run(() -> {});
    Files.delete(folder.resolve("a-row/result.json"));
    var other = reproduction(folder, adding(0.02, _ -> false), _ -> {});
    assertThatThrownBy(() -> other.run(() -> {})).isInstanceOf(FormatException.class)
        .hasMessageContainingAll("was begun with other settings", "0.01", "--out");
  }

  @Test
  void aRowThatDivergesSaysSo() throws IOException {
    Trial diverging = _ -> {
      throw new TrainingException("the loss of step 3 is not finite");
    };
    var reproduction = reproduction(folder, diverging, _ -> {});
    reproduction.run(() -> {});
    assertThat(reproduction.table()).contains("| A \\| row | 1.0 | diverges |");
    assertThat(printed).anyMatch(line -> line.contains("step 3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock = """
          gru       | GRU
          lstm      | LSTM, T = 20; LSTM, T = 200
          t-20      | GRU, T = 20; LSTM, T = 20
          T = 200   | LSTM, T = 200
          """)
  void rowsAreChosenByTheirNameOrByWordsOfIt(String only, String chosen) throws IOException {
    var rows = Stream.of("GRU", "GRU, T = 20", "LSTM, T = 20", "LSTM, T = 200")
        .map(label -> new Row(label, "", _ -> Outcome.of(1, 1, 1))).toList();
    new Reproduction(new Some(rows), OPTIONS, only, engine, folder, line -> {
      if (line.endsWith(": 1.0")) {
        printed.add(line.replace(": 1.0", ""));
      }
    }).run(() -> {});
    assertThat(printed).containsExactly(chosen.split("; "));
  }
}
