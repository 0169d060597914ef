package dev.unroll.app.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.app.run.TextDescription;
import dev.unroll.app.run.log.StepEffect;
import dev.unroll.cell.Cells;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.LanguageModel;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingListener.Step;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Pattern DATA =
      Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>");

  @TempDir
  private Path folder;

  private String page(String... more) throws IOException {
    var commands = new Commands(folder);
    var text = commands.text("words.txt", 300);
    Files.writeString(text, "</script><!-- @data@ &amp; \"'\\ -->", StandardOpenOption.APPEND);
    assertThat(commands.run(Commands.train(text, "run", more)).err()).isEmpty();
    return Files.readString(folder.resolve("run/report.html"));
  }

  @Test
  void itsDataAreThoseOfTheRun() throws IOException {
    var page = page("--epochs", "3", "--sample", "25");
    var matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    var data = JsonFields.parse(matcher.group(1), "data");
    assertThat(data.string("title")).isEqualTo("run");
    var panels = new LinkedHashMap<String, JsonFields>();
    for (var section : data.objects("sections")) {
      for (var panel : section.objects("panels")) {
        panels.put(panel.string("title"), panel);
      }
    }
    assertThat(first(panels, "The cell").string("value")).contains("h' = o * tanh(c')");
    assertThat(first(panels, "What it writes").string("value")).hasSize(25);
    assertThat(panel(panels, "Settings").list("rows")).contains(List.of("cell", "lstm"));
    assertThat(panel(panels, "Epochs").list("rows")).hasSize(3);
    var places = panel(panels, "Gradient norm").list("places");
    assertThat((List<?>) places.getFirst()).first().isEqualTo(1L);
    for (var curves : List.of("Loss", "Gradient norm", "What clipping changes",
        "How far each parameter moves in a step", "Learning rate", "Speed")) {
      var values = first(panels, curves).objects("value").getFirst().numbers("values");
      assertThat(values).as(curves).hasSameSizeAs((List<?>) places.getFirst())
          .allMatch(value -> value >= 0);
    }
    assertThat(first(panels, "Gradient norm").objects("value").getLast().numbers("values"))
        .allMatch(norm -> norm <= 0.5001);
  }

  /// Two flat lines were shown where nothing was clipped.
  @Test
  void whereNothingWasClippedNothingIsSaidOfIt() throws IOException {
    assertThat(page("--epochs", "1", "--clip", "0")).doesNotContain("What clipping changes")
        .contains("How far each parameter moves in a step");
  }

  private static JsonFields panel(Map<String, JsonFields> panels, String title) {
    var panel = panels.get(title);
    assertThat(panel).as("'%s' among %s", title, panels.keySet()).isNotNull();
    return Objects.requireNonNull(panel);
  }

  private static JsonFields first(Map<String, JsonFields> panels, String title)
      throws IOException {
    return panel(panels, title).objects("choices").getFirst();
  }

  @Test
  void aLongRunStaysBelowAMegabyte() throws IOException {
    var history = new History();
    var sample = "“Ay, my lord” <b> 🎭 ".repeat(500);
    for (int epoch = 1; epoch <= 400; epoch++) {
      for (int i = 0; i < 500; i++) {
        history.add(new Step(
            (epoch - 1) * 500L + i, 200_000, epoch, Math.PI / epoch, Math.E * i, 1, 1.0 / 3 / epoch,
            2048, 0.0123456, 1), effect(i));
      }
      history.add(new Epoch(
          epoch, 400, epoch * 500L, Math.PI, Math.E, false, 0, 0), sample);
    }
    var model = LanguageModel.of(3, Cells.find("mgu"), 2);
    var task = TextTask.of("text", "abc".repeat(333) + "a");
    var description = new TextDescription(task, model, 32, 64, Recipe.of(400));
    // A browser opens it there (src/test/page).
    var file = Files.createDirectories(Path.of("target/page")).resolve("report.html");
    new Report(file, description).write(history);
    assertThat(Files.size(file)).isLessThan(1_000_000);
  }

  /// As of a model with forty parameters.
  private static StepEffect effect(int step) {
    var ratios = new LinkedHashMap<String, Double>();
    for (int i = 0; i < 40; i++) {
      ratios.put("layer" + i + ".W", 0.001 / (step + i + 1));
    }
    return new StepEffect(1 - 1e-3 / (step + 1), ratios);
  }
}
