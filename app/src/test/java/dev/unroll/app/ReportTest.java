package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.format.JsonFields;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModel.Architecture;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingListener.Step;
import dev.unroll.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
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
  void itNeedsNothingFromOutside() throws IOException {
    var page = page("--epochs", "2");
    assertThat(page).contains("default-src 'none'", "var uPlot=function(", ".uplot,",
        "Permission is hereby granted, free of charge");
    assertThat(page).doesNotContainPattern("(?i)<(link|img|iframe|script [^>]*src)|@import|url\\(");
    assertThat(page).doesNotContain("@uplot");
  }

  @Test
  void itsDataAreThoseOfTheRun() throws IOException {
    var page = page("--epochs", "3", "--sample", "25");
    var matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    var data = JsonFields.parse(matcher.group(1), "data");
    assertThat(data.string("title")).isEqualTo("run");
    assertThat(data.string("equations")).contains("h' = o * tanh(c')");
    assertThat(data.object("settings").string("cell")).isEqualTo("lstm");
    assertThat(data.objects("epochs")).hasSize(3);
    assertThat(data.objects("epochs").getFirst().string("sample")).hasSize(25);
    var points = data.object("points");
    var steps = points.longs("step");
    assertThat(steps).first().isEqualTo(1L);
    for (var column : List.of("loss", "norm", "largestNorm", "clippedNorm", "clipped",
        "learningRate", "speed")) {
      assertThat(points.numbers(column)).as(column).hasSameSizeAs(steps)
          .allMatch(value -> value >= 0);
    }
    assertThat(points.numbers("clippedNorm")).allMatch(norm -> norm <= 0.5001);
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
    var model = LanguageModel.initialized(
        Architecture.of(3, Cells.find("mgu"), 2));
    var description = new TextDescription("text", 1_000, 3, 100, model,
        TrainingSettings.of(400));
    var file = folder.resolve("report.html");
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
