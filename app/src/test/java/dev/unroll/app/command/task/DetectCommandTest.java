package dev.unroll.app.command.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a CSV file to its odd values, as a person would do it.
class DetectCommandTest {
  @TempDir
  private Path folder;

  private void write(String name, int spike) throws IOException {
    var text = new StringBuilder("timestamp,value\n");
    for (int t = 0; t < 400; t++) {
      text.append("%s,%s\n".formatted(LocalDateTime.of(2016, 1, 1, 0, 0).plusHours(t),
          10 + Math.sin(2 * Math.PI * t / 24) + 0.1 * Math.sin(7.3 * t) + (t == spike ? 9 : 0)));
    }
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aTableBecomesADetectorThatFindsWhatIsOddInAnother() throws IOException {
    write("cpu.csv", -1);
    write("later.csv", 300);
    var commands = new Commands(folder);
    var trained = commands.run("train", "detect", "cpu.csv", "--first", "350", "--threads", "1");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("350 steps of 1 h; time timestamp; watches value",
        "forecasts 24 steps ahead from the last 48", "windowed Gaussian", "epoch 20/20: training"
            + " loss",
        "runs/detect-1 cpu.csv");
    assertThat(trained.out()).doesNotContain("validation loss");
    var judged = commands.run("detect", "runs/detect-1", "later.csv");
    assertThat(judged.err()).isEmpty();
    var lines = judged.out().lines().toList();
    assertThat(lines).hasSize(401);
    assertThat(lines.getFirst()).isEqualTo("time,value,expected,distance,likelihood,alarm");
    assertThat(lines.get(1)).isEqualTo("2016-01-01T00:00,10.0000,,,,");
    assertThat(lines.get(301)).startsWith("2016-01-13T12:00,").endsWith(",true");
    assertThat(commands.run("predict", "runs/detect-1", "later.csv").out()).isEqualTo(judged.out());
    assertThat(trained.out()).contains(commands.run("evaluate", "runs/detect-1").out().strip());
    var alarms = commands.run("detect", "runs/detect-1", "later.csv", "--alarms-only");
    assertThat(alarms.out().lines()).contains(lines.get(301))
        .hasSize(1 + (int) lines.stream().filter(l -> l.endsWith("true")).count());

    assertThat(commands.run("forecast", "runs/detect-1", "later.csv").err())
        .contains("was made to detect, expected one that was made to forecast");
    assertThat(commands.run("train", "detect", "cpu.csv", "--alarms", "2").err())
        .contains("the rate of alarms is 2.0, expected a number between 0 and 1");
    assertThat(commands.run("train", "detect", "cpu.csv", "--first", "30").err())
        .contains("cpu.csv has 30 steps, but a window of");
    assertThat(folder.resolve("runs/detect-2")).doesNotExist();
  }

  @Test
  void knownAnomaliesMeasureIt() throws IOException {
    write("cpu.csv", -1);
    var rows = new StringBuilder("timestamp,value,anomaly\n");
    for (int t = 0; t < 400; t++) {
      rows.append("%s,%s,%d\n".formatted(LocalDateTime.of(2016, 1, 1, 0, 0).plusHours(t),
          10 + Math.sin(2 * Math.PI * t / 24) + 0.1 * Math.sin(7.3 * t) + (t == 300 ? 9 : 0),
          t == 300 ? 1 : 0));
    }
    Files.writeString(folder.resolve("known.csv"), rows.toString());
    Files.writeString(folder.resolve("windows.json"),
        "{\"a/known.csv\": [[\"2016-01-13 12:00:00.000000\", \"2016-01-13 12:00:00\"]]}");
    var commands = new Commands(folder);
    assertThat(commands.run("train", "detect", "cpu.csv", "--threads", "1", "--epochs", "2").out())
        .contains("2 epochs  (--epochs)");
    assertThat(commands.run("xray", "runs/detect-1", "--data", "known.csv").out())
        .contains("examples of known.csv, number 0 in full");
    assertThat(folder.resolve("runs/detect-1/report.html")).content().contains("Alarms",
        "What was understood");
    assertThat(commands.run("detect", "runs/detect-1", "known.csv", "--page", "page.html").out())
        .startsWith("time,value,expected,distance,likelihood,alarm");
    assertThat(folder.resolve("page.html")).content().contains("The largest distances");
    // A page took the place of the data.
    var known = Files.readString(folder.resolve("known.csv"));
    var over = commands.run("detect", "runs/detect-1", "known.csv", "--page", "./known.csv");
    assertThat(over.exitCode()).isEqualTo(2);
    assertThat(over.out()).isEmpty();
    assertThat(over.err()).contains("known.csv is the table that is judged, and would be");
    var other = commands.run("detect", "runs/detect-1", "known.csv", "--page", "windows.json");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.out()).isEmpty();
    assertThat(other.err()).contains("windows.json already exists and is not an HTML page");
    assertThat(folder.resolve("known.csv")).hasContent(known);
    assertThat(commands.run("detect", "runs/detect-1", "known.csv", "--page", "page.html").out())
        .isEqualTo(commands.run("detect", "runs/detect-1", "known.csv").out());
    var labelled = commands.run("evaluate", "runs/detect-1", "--data", "known.csv", "--label",
        "anomaly");
    assertThat(labelled.err()).isEmpty();
    assertThat(labelled.out()).contains("precision", "recall", "F1", "NAB");
    assertThat(labelled.out().lines().filter(line -> line.startsWith("detector")).toList()
        .getFirst().split(" +")).contains("1.000");
    assertThat(commands.run("evaluate", "runs/detect-1", "--data", "known.csv", "--windows",
        "windows.json").out()).isEqualTo(labelled.out());
    assertThat(commands.run("evaluate", "runs/detect-1", "--data", "known.csv", "--label",
        "anomaly", "--json").out()).startsWith("{\"known\":true");
    assertThat(commands.run("evaluate", "runs/detect-1", "--data", "known.csv").err())
        .contains("give either --label COLUMN");
    assertThat(commands.run("evaluate", "runs/detect-1", "--data", "known.csv", "--label", "value")
        .err()).contains("the column value is given for two purposes");
    assertThat(commands.run("train", "detect", "known.csv").err())
        .contains("a detector watches one; name it by --target");
    assertThat(commands.run("train", "detect", "--help").out()).contains("Default: 0.0001")
        .doesNotContain("E-4");
  }
}
