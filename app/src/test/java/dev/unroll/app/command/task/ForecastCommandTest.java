package dev.unroll.app.command.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a CSV file to a forecast, as a person would do it.
class ForecastCommandTest {
  private static final int ROWS = 90;

  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    var text = new StringBuilder("month,sales,visits,note\n");
    for (int t = 0; t < ROWS; t++) {
      text.append("%s,%s,%d,x\n".formatted(YearMonth.of(2001, 1).plusMonths(t),
          (50 + t) * (1 + 0.3 * Math.sin(2 * Math.PI * t / 12)), 10 + t % 12));
    }
    Files.writeString(folder.resolve("shop.csv"), text);
  }

  private Commands.Result train(String... more) {
    var args = new java.util.ArrayList<>(List.of("train", "forecast", "shop.csv", "--horizon", "6",
        "--epochs", "2", "--threads", "1"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  /// Beyond what was learned, medians are read as if they had been seen.
  @Test
  void theHorizonMayBeLongerThanTheLearnedOne() throws IOException {
    assertThat(train("--target", "sales", "--effort", "quick").err()).isEmpty();
    var learned = commands.run("forecast", "runs/forecast-1", "shop.csv").out();
    var far = commands.run("forecast", "runs/forecast-1", "shop.csv", "--horizon", "15months");
    assertThat(far.exitCode()).isZero();
    assertThat(far.out().lines()).hasSize(16).last().asString().startsWith("2009-09,");
    assertThat(far.out()).startsWith(learned.stripTrailing());
    assertThat(far.err()).contains("unroll: only 6 steps were learned; those after them are",
        "of single blocks of 6 steps, are too narrow");
    var near = commands.run("forecast", "runs/forecast-1", "shop.csv", "--horizon", "2");
    assertThat(near.err()).isEmpty();
    assertThat(learned).startsWith(near.out().stripTrailing());
    assertThat(commands.run("forecast", "runs/forecast-1", "shop.csv", "--horizon", "2h").err())
        .contains("the horizon of 2 hours is no whole number of steps of 1 month");
  }

  @Test
  void aTableBecomesAForecasterAndItsForecastAFile() throws IOException {
    var trained = train("--target", "sales", "--past", "visits");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains(
        "data      90 steps of 1 month; time month; target sales  (--time, --target",
        "train to 2006-12, validate to 2007-09, test to 2008-06", "epoch 1/2   33%",
        "epoch 2/2: training loss", "seasonal naive", "MAE by horizon",
        "runs/forecast-1 shop.csv");
    var forecast = commands.run("forecast", "runs/forecast-1", "shop.csv");
    assertThat(forecast.err()).isEmpty();
    assertThat(forecast.exitCode()).isZero();
    var lines = forecast.out().lines().toList();
    assertThat(lines).hasSize(7);
    assertThat(lines.getFirst()).isEqualTo("time,q0.1,q0.2,q0.3,q0.4,q0.5,q0.6,q0.7,q0.8,q0.9");
    assertThat(lines.get(1)).startsWith("2008-07,");
    assertThat(lines.getLast()).startsWith("2008-12,");

    assertThat(folder.resolve("runs/forecast-1/report.html")).content()
        .contains("The last horizon", "Error by horizon", "quantile 0.9", "seasonal naive");

    assertThat(commands.run("predict", "runs/forecast-1", "shop.csv").out())
        .isEqualTo(forecast.out());
    assertThat(commands.run("predict", "runs/forecast-1").err())
        .contains("reads a table as a whole; give its FILE after the model");

    var figures = commands.run("evaluate", "runs/forecast-1");
    assertThat(figures.exitCode()).isZero();
    assertThat(trained.out()).contains(figures.out().strip());
    assertThat(commands.run("evaluate", "runs/forecast-1", "--json").out())
        .startsWith("{\"windows\":").contains("\"seasonal naive\"");
    assertThat(commands.run("xray", "runs/forecast-1", "--data", "shop.csv").out())
        .contains("examples of shop.csv, number 0 in full");
    var other = commands.run("evaluate", "runs/forecast-1", "--data", "shop.csv");
    assertThat(other.out()).contains("seasonal naive")
        .contains("note: it was trained on these data, so that the figures are too good");
    Files.copy(folder.resolve("shop.csv"), folder.resolve("other.csv"));
    assertThat(commands.run("evaluate", "runs/forecast-1", "--data", "other.csv").out())
        .doesNotContain("too good");

    Files.writeString(folder.resolve("short.csv"),
        Files.readAllLines(folder.resolve("shop.csv")).stream().limit(6)
            .reduce("", (a, b) -> a + b + "\n"));
    var tooShort = commands.run("forecast", "runs/forecast-1", "short.csv");
    assertThat(tooShort.exitCode()).isEqualTo(2);
    assertThat(tooShort.out()).isEmpty();
    assertThat(tooShort.err().lines()).hasSize(1);
    assertThat(tooShort.err())
        .contains("has 5 steps, but the forecaster reads 24; bring a history of at least 24 steps");
  }

  @Test
  void quietPrintsTheFiguresAlone() {
    var trained = train("--target", "sales", "--quiet", "--out", "here", "--test", "8");
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out().strip()).startsWith("3 forecasts, from each of the steps tested");
    assertThat(folder.resolve("here/model.safetensors")).exists();
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  /// Nothing is left of a run that did not come to its end.
  @Test
  void badInputIsOneSentenceAndLeavesNoFolder() {
    refused("shop.csv has no column sale; it has month, sales, visits, note", "--target", "sale");
    refused("the column sales is given for two purposes", "--target", "sales", "--past", "sales");
    refused("shop.csv, line 2, column \"note\"", "--target", "note");
    var fortnights = commands.run("train", "forecast", "shop.csv", "--horizon", "6 fortnights");
    assertThat(fortnights.exitCode()).isEqualTo(2);
    assertThat(fortnights.err())
        .contains("the horizon is 6 fortnights, expected a number of steps");
    refused("--split is 1-2-3, expected steps that train", "--split", "1-2-3");
    refused("the quantiles are [0.1, 0.9]", "--quantiles", "0.1,0.9");
    refused("has 90 steps, too few for 50 to train, 30 to validate and 30 to test",
        "--split", "50/30/30");
  }

  private void refused(String sentence, String... more) {
    var result = train(more);
    assertThat(result.exitCode()).as(result.out()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains(sentence);
    assertThat(folder.resolve("runs/forecast-1")).doesNotExist();
  }

  @Test
  void anotherModelIsNoForecaster() throws IOException {
    var text = commands.text("words.txt", 400);
    assertThat(commands.run(Commands.train(text, "words", "--epochs", "1")).exitCode()).isZero();
    var result = commands.run("forecast", "words", "shop.csv");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("holds a model, but no task; expected one that was made to forecast");
  }

  @Test
  void theHelpHasExamples() {
    var result = commands.run("train", "forecast", "--help");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("Usage: unroll train forecast")
        .contains(
            "Examples:\n  unroll train forecast load.csv --time date --target OT --horizon 24");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  /// Messages of the library name methods; here it must be options.
  @Test
  void whatIsToBeChangedIsNamedAsAnOption() throws IOException {
    var rows = new StringBuilder("when,v\n");
    for (int t = 0; t < 40; t++) {
      rows.append("2024.1-%d,%d\n".formatted(t, t));
    }
    Files.writeString(folder.resolve("odd.csv"), rows.toString());
    var odd = commands.run("train", "forecast", "odd.csv", "--horizon", "2");
    assertThat(odd.exitCode()).isEqualTo(2);
    assertThat(odd.err()).contains("the column \"when\" looks like dates", "by --time,",
        "--time none");
    var none = commands.run("train", "forecast", "odd.csv", "--horizon", "2", "--time", "none",
        "--epochs", "1", "--threads", "1");
    assertThat(none.err()).isEmpty();
    assertThat(none.out()).contains("data      40 steps of 1 step; no column of times; target v",
        "  note    left out: when (text, first \"2024.1-0\")", "1 epoch of");
    assertThat(commands.run("forecast", "runs/forecast-1", "odd.csv").out()).contains("\n41,");
    assertThat(commands.run("train", "forecast", "odd.csv", "--horizon", "2", "--aggregate", "sum")
        .err()).contains("give its length by --step");
  }

  @Test
  void eventsBecomeStepsByAnOption() throws IOException {
    var random = new java.util.Random(1);
    var rows = new StringBuilder("date,v\n");
    for (int t = 0; t < 600; t++) {
      rows.append("%s,1\n".formatted(java.time.LocalDateTime.of(2024, 1, 1, 0, 0)
          .plusSeconds(random.nextInt(86_400 * 100))));
    }
    Files.writeString(folder.resolve("events.csv"), rows.toString());
    var refused = commands.run("train", "forecast", "events.csv", "--horizon", "2");
    assertThat(refused.err()).contains("come at irregular times", "--step 6h");
    var daily = commands.run("train", "forecast", "events.csv", "--horizon", "7d", "--step", "1d",
        "--aggregate", "sum", "--epochs", "1", "--threads", "1");
    assertThat(daily.err()).isEmpty();
    assertThat(daily.out()).contains("100 steps of 1 day; time date; target v",
        "600 rows are made into 100 steps of 1 day by their sum");
  }

  @Test
  void aShortSeriesIsLeftOutOfTheForecastToo() throws IOException {
    var rows = new StringBuilder("shop,month,v\n");
    for (var shop : List.of("north", "east")) {
      for (int t = 0; t < (shop.equals("east") ? 5 : 80); t++) {
        rows.append("%s,%s,%d\n".formatted(shop, YearMonth.of(2001, 1).plusMonths(t), t % 7));
      }
    }
    Files.writeString(folder.resolve("shops.csv"), rows.toString());
    var trained = commands.run("train", "forecast", "shops.csv", "--id", "shop", "--horizon", "3",
        "--epochs", "1", "--threads", "1");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("left out, as they are too short for a horizon of 3: east");
    var forecast = commands.run("forecast", "runs/forecast-1", "shops.csv");
    assertThat(forecast.exitCode()).isZero();
    assertThat(forecast.err()).contains("left out, as they are shorter than the").contains("east");
    assertThat(forecast.out().lines()).hasSize(4);
  }
}
