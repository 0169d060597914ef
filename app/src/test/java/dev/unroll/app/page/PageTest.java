package dev.unroll.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.Formula;
import dev.unroll.app.page.panel.Heat;
import dev.unroll.app.page.panel.HeatMap;
import dev.unroll.app.page.panel.InfluenceMap;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.Painted;
import dev.unroll.app.page.panel.Range;
import dev.unroll.format.json.JsonFields;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages are left in `target/page`, where a browser opens them (`src/test/page`).
class PageTest {
  private static final Path PAGES = Path.of("target/page");
  private static final Pattern DATA =
      Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>");

  private static final Caption CAPTION = Caption.of("title", "how to read it");

  private static Path written(String name, Page page) throws IOException {
    var file = Files.createDirectories(PAGES).resolve(name);
    page.write(file);
    return file;
  }

  @Test
  void aPageNeedsNothingFromOutside() throws IOException {
    var page = Files.readString(written("gallery.html", Gallery.of(120, 40)));
    assertThat(page).contains("default-src 'none'", "var uPlot=function(", ".uplot,",
        "Permission is hereby granted, free of charge");
    assertThat(page).doesNotContainPattern("(?i)<(link|img|iframe|script [^>]*src)|@import|url\\(");
    assertThat(page).doesNotContain("@uplot", "@page.css@", ".js@");
    var matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    var texts = JsonFields.parse(matcher.group(1), "data").objects("sections").getLast()
        .objects("panels").get(1).objects("choices");
    assertThat(texts.getFirst().string("value")).isEqualTo("To be </script><!-- or");
  }

  @Test
  void aThousandStepsOf256UnitsStayBelowFiveMegabytes() throws IOException {
    assertThat(written("large.html", Gallery.of(1_000, 256))).satisfies(
        file -> assertThat(Files.size(file)).isLessThan(5_000_000));
  }

  @Test
  void aHeatThatStandsInTwoPanelsIsWrittenOnce() {
    var heat = Heat.of(new float[][] {{0, 1}, {2, 3}, {4, 5}}, new Range(0, 10, false));
    var fields = Page.of("", "").with(Section.of("",
        new HeatMap(CAPTION, "unit", List.of(), List.of(new Choice<>("a", heat))),
        new Painted(CAPTION, List.of("x", "y"), List.of(new Choice<>("a", heat)))))
        .fields();
    assertThat((List<?>) fields.get("heats")).hasSize(1);
  }

  /// A byte is the place between both ends times 254, rounded.
  @ParameterizedTest
  @CsvSource({"0, 1, false, 0.5, 127", "0, 1, false, -0.1, 0", "0, 1, false, 7, 254",
    "-2, 2, false, 1, 191", "0.001, 1, true, 0.1, 169", "0.001, 1, true, 0.00001, 0",
    "0.001, 1, true, 0, 255", "0, 1, false, NaN, 255", "0, 1, false, Infinity, 254"})
  void aValueIsAByte(double low, double high, boolean log, float value, int expected) {
    var heat = Heat.of(new float[][] {{value}}, new Range(low, high, log));
    assertThat(Base64.getDecoder().decode(heat.data())[0] & 255).isEqualTo(expected);
  }

  @Test
  void unitsOfASampleAreRows() {
    // T = 2, B = 3, 4 units: value = 100 t + 10 b + unit.
    var value = new float[2 * 3 * 4];
    for (int i = 0; i < value.length; i++) {
      value[i] = 100 * (i / 12) + 10 * (i / 4 % 3) + i % 4;
    }
    var heat = Heat.ofUnits(new Rows(value, 0, 4), 2, 3, 1, new Range(0, 254, false));
    assertThat(heat.rows()).isEqualTo(4);
    assertThat(heat.columns()).isEqualTo(2);
    assertThat(Base64.getDecoder().decode(heat.data()))
        .containsExactly(10, 110, 11, 111, 12, 112, 13, 113);
  }

  @Test
  void theRangeOfValuesIsNeverEmpty() {
    assertThat(Range.of((_, _) -> 0, 2, 3)).isEqualTo(new Range(0, 1, false));
    assertThat(Range.of((row, _) -> row == 0 ? -3 : Float.NaN, 2, 1))
        .isEqualTo(new Range(-3, 3, false));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    var heat = Heat.of(new float[][] {{0, 1}, {2, 3}, {4, 5}}, Range.UNIT);
    assertThatThrownBy(
        () -> new Painted(CAPTION, List.of("x"), List.of(new Choice<>("layer 2", heat))))
        .hasMessage("Painted 'layer 2': 2 columns, expected 1 as there are tokens.");
    assertThatThrownBy(() -> new InfluenceMap(CAPTION, List.of("x", "y"), List.of(), heat))
        .hasMessage("Influence: the matrix is 3 × 2, expected 2 × 2 as there are outputs and"
            + " inputs.");
    assertThatThrownBy(() -> LineSeries.of("loss", new double[2], new double[3]))
        .hasMessage("Series 'loss': 3 values, expected 2 as there are x.");
    assertThatThrownBy(() -> new Range(0, 1, true)).hasMessageContaining("both above zero");
    assertThatThrownBy(() -> new Formula("f", "javascript:alert(1)"))
        .hasMessageContaining("https://");
  }
}
