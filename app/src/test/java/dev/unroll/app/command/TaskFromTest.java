package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Trainings of tasks that begin with a trained model, by `--from`.
class TaskFromTest {
  /// What an epoch at the rate 1e-9 may change.
  private static final Offset<Float> HARDLY = Offset.offset(1e-5f);

  @TempDir
  private Path folder;

  private Commands commands;

  enum Task {
    CLASSIFY("reviews.csv", ""), TAG("words.jsonl", ""), TRANSDUCE("pairs.tsv",
        ""), FORECAST("wave.csv", "--horizon 6 --season 12"), DETECT("wave.csv", "");

    private final String data;
    private final String first;

    Task(String data, String first) {
      this.data = data;
      this.first = first;
    }

    List<String> train(String data, String out, String... more) {
      var all = new ArrayList<>(List.of("train", name().toLowerCase(Locale.ROOT), data, "--out",
          out, "--threads", "1"));
      all.addAll(List.of(more));
      return all;
    }

    List<String> base() {
      var all = train(data, "base", "--epochs", "1", "--set", "hidden=6");
      all.addAll(first.isEmpty() ? List.of() : List.of(first.split(" ")));
      return all;
    }
  }

  /// Data, and others of the same kind.
  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    TaskFiles.write(Files.createDirectory(folder.resolve("new")), 40, 20_000, 400);
    TaskFiles.write(folder, 60, 1000, 300);
  }

  private String said(List<String> args) {
    return commands.said(args);
  }

  private String refused(String... args) {
    var sentence = commands.refused(args);
    assertThat(folder.resolve("runs")).doesNotExist();
    return sentence;
  }

  private ModelFile model(String run) throws IOException {
    return ModelFile.read(folder.resolve(run).resolve(TrainingSession.MODEL));
  }

  @ParameterizedTest
  @EnumSource
  void aTaskBeginsWithWeightsAndSymbolsOfItsModel(Task task) throws IOException {
    said(task.base());
    var out =
        said(task.train("new/" + task.data, "same", "--from", "base", "--epochs", "1", "--set",
            "rate=1e-9"));
    assertThat(out).contains("begins with a ");
    var base = model("base");
    var same = model("same");
    assertThat(same.model().parameters().values())
        .containsExactly(base.model().parameters().values(), HARDLY);
    assertThat(same.vocabularies()).isEqualTo(base.vocabularies());
    assertThat(same.model().architecture()).isEqualTo(base.model().architecture());
    assertThat(commands.run("info", "same").exitCode()).isZero();
    assertThat(said(task.train("new/" + task.data, "tuned", "--from",
        "base/model.safetensors", "--epochs", "2", "--tune", "2")))
        .contains("2 trials of ", "rate").doesNotContain("hidden=");
    assertThat(model("tuned").vocabularies()).isEqualTo(base.vocabularies());
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingThatWasKilledGoesOnWithTheSameBits(Task task)
      throws IOException, InterruptedException {
    said(task.base());
    var more = new String[] {"--from", "base", "--epochs", "15"};
    said(task.train("new/" + task.data, "whole", more));
    var process = commands.start(List.of(), task.train("new/" + task.data, "part", more));
    while (!Files.readString(folder.resolve("out")).contains("epoch 2/15")) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
      Thread.sleep(5);
    }
    process.destroyForcibly().waitFor();
    assertThat(folder.resolve("part").resolve(TrainingSession.MODEL)).doesNotExist();
    assertThat(said(List.of("train", "--resume", "part", "--threads", "2")))
        .doesNotContain("epoch 1/15");
    assertThat(folder.resolve("part").resolve(TrainingSession.MODEL))
        .hasSameBinaryContentAs(folder.resolve("whole").resolve(TrainingSession.MODEL));
  }

  /// With another model to begin with, a run that is resumed would have other labels and scaling.
  @Test
  void aRunIsResumedWithTheModelThatItBeganWith() throws IOException {
    said(Task.CLASSIFY.base());
    said(Task.CLASSIFY.train("new/reviews.csv", "run", "--from", "base", "--epochs", "1"));
    Files.delete(folder.resolve("run").resolve(TrainingSession.MODEL));
    Files.delete(folder.resolve("base").resolve(TrainingSession.MODEL));
    assertThat(commands.run("train", "--resume", "run").err())
        .contains("base/model.safetensors, which the run in ", "is not there any more; bring");
  }

  @Test
  void aModelOfSomethingElseIsRefused() throws IOException {
    said(Task.CLASSIFY.base());
    assertThat(refused("train", "tag", "words.jsonl", "--from", "base")).contains(
        "model.safetensors is a model of unroll train classify, expected one of unroll train tag");
    assertThat(refused("fit", "words.jsonl", "--from", "base")).contains(
        "a model of unroll train classify; go on with unroll train classify DATA --from base");
    commands.text("text.txt", 300);
    said(Commands.train(folder.resolve("text.txt"), "text", "--epochs", "1"));
    assertThat(refused("train", "classify", "reviews.csv", "--from", "text")).contains(
        "model.safetensors is a model without a task, expected one of unroll train classify");
    assertThat(refused("train", "text", "--data", "text.txt", "--from", "base")).contains(
        "a model of unroll train classify; go on with unroll train classify DATA --from base");
    assertThat(refused("train", "classify", "reviews.csv", "--from", "none"))
        .contains("there is no none; give a model file or the folder of a run");
  }

  @ParameterizedTest
  @CsvSource({"CLASSIFY, --unit, characters, --unit is characters, has words",
    "CLASSIFY, --set, hidden=9, the setting hidden is 9, begins with has 6",
    "TAG, --set, layers=2, the setting layers is 2, begins with has 1",
    "CLASSIFY, --streaming, , --streaming is given, reads whole sequences",
    "TRANSDUCE, --tokens, words, --tokens is words, has characters",
    "TRANSDUCE, --target-tokens, words, --target-tokens is words, has characters",
    "TRANSDUCE, --merges, 9, --merges is 9, has its symbols already",
    "FORECAST, --horizon, 7, --horizon is 7, has 6 steps",
    "FORECAST, --window, 13, --window is 13, has ",
    "FORECAST, --quantiles, '0.2,0.5', '--quantiles is 0.2,0.5', 'has 0.1,0.2'",
    "FORECAST, --target, load, --target is load, has value",
    "FORECAST, --past, load, --past is load, has none",
    "FORECAST, --season, 7, --season is 7, has 12",
    "DETECT, --lead, 9999, --lead is 9999, has "})
  void whatContradictsTheModelIsRefused(Task task, String option, String value, String given,
      String has) {
    said(task.base());
    var args = task.train(task.data, "no", "--from", "base", option);
    if (value != null) {
      args.add(value);
    }
    assertThat(refused(args.toArray(String[]::new))).contains(given, ", but the model ", has);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  /// It was ignored with a model of the other kind.
  @Test
  void aClassifierAnswersAsTheOneItBeginsWith() throws IOException {
    var base = new ArrayList<>(Task.CLASSIFY.base());
    base.add("--streaming");
    said(base);
    assertThat(said(Task.CLASSIFY.train("new/reviews.csv", "same", "--from", "base", "--epochs",
        "1"))).contains("begins with a classifier into 2 labels that answers after every step");
    said(Task.CLASSIFY.train("new/reviews.csv", "also", "--from", "base", "--epochs", "1",
        "--streaming"));
    assertThat(model("also").model().architecture())
        .isEqualTo(model("base").model().architecture());
    assertThat(refused("train", "classify", "reviews.csv", "--from", "base", "--streaming=false"))
        .contains("--streaming=false is given, but the model of --from base answers after every"
            + " step; leave it out");
  }

  @Test
  void labelsThatTheModelDoesNotHaveAreRefused() throws IOException {
    said(Task.CLASSIFY.base());
    Files.writeString(folder.resolve("other.csv"),
        Files.readString(folder.resolve("reviews.csv")).replace("good,pos", "good,fine"));
    assertThat(refused("train", "classify", "other.csv", "--from", "base")).contains(
        "other.csv, line 2: the label \"fine\" is not among the 2 of the classifier that the"
            + " training begins with, neg, pos; correct it, or train a new one");
  }

  /// The columns are those of the training, though others have names that would be chosen.
  @Test
  void columnsAreThoseOfTheTraining() throws IOException {
    said(Task.CLASSIFY.base());
    var lines = new ArrayList<String>();
    for (var line : Files.readAllLines(folder.resolve("new/reviews.csv"))) {
      lines.add(line.equals("review,mood") ? "review,mood,text,label"
          : line + ",another text that is longer than the review it stands beside," + line.length()
              % 2);
    }
    Files.write(folder.resolve("wide.csv"), lines);
    assertThat(said(Task.CLASSIFY.train("wide.csv", "run", "--from", "base", "--epochs", "1")))
        .contains("in the column \"review\"", "labels in \"mood\"");
  }

  @Test
  void aHorizonIsAskedForWhereNothingSaysIt() {
    assertThat(refused("train", "forecast", "wave.csv")).contains("--horizon is missing");
  }
}
