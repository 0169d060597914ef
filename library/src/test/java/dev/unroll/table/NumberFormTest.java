package dev.unroll.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Numbers with commas were text: a German file had no columns of numbers.
class NumberFormTest {
  @TempDir
  private Path folder;

  private Column column(char separator, String... cells) throws IOException {
    var file = folder.resolve("t.csv");
    Files.writeString(file, "x%sy\n".formatted(separator) + Arrays.stream(cells)
        .map(cell -> "\"%s\"%s1\n".formatted(cell, separator)).collect(Collectors.joining()));
    return Table.csv(file, separator).column("x");
  }

  @Test
  void cellsWithOneCommaHaveDecimalCommas() throws IOException {
    var column = column(';', "98,53", "-1", "1.098,50", "1.000", "", "0,5", "1,25e3");
    assertThat(column.numberForm()).isEqualTo(NumberForm.COMMA);
    assertThat(column.isNumeric()).isTrue();
    assertThat(column.numbers()).containsExactly(98.53, -1, 1098.5, 1000, Double.NaN, 0.5, 1250);
    assertThat(column(';', "1,098", "2,500").numbers()).containsExactly(1.098, 2.5);
    assertThat(column(',', "98,53", "2").numbers()).containsExactly(98.53, 2);
    assertThat(column(';', "1", "1.5").numberForm()).isEqualTo(NumberForm.POINT);
  }

  @Test
  void commasBeforeThreeDigitsAreThousandsWhereItIsSure() throws IOException {
    for (char separator : new char[] {',', ';'}) {
      var column = column(separator, "1,098.50", "2,000", "12", "-1,234,567");
      assertThat(column.numberForm()).isEqualTo(NumberForm.THOUSANDS);
      assertThat(column.numbers()).containsExactly(1098.5, 2000, 12, -1_234_567);
    }
    var unclear = column(',', "1,098", "2,000", "12");
    assertThat(unclear.numberForm()).isEqualTo(NumberForm.UNCLEAR);
    assertThat(unclear.isNumeric()).isFalse();
  }

  @Test
  void whatIsNoNumberStaysText() throws IOException {
    for (var cells : new String[][] {{"1,2,3", "4,5,6"}, {"a,b", "1,5"}, {"1.2.3", "1,5"},
      {"12,34.5", "1"}, {"1,2 ", "x"}}) {
      assertThat(column(';', cells).isNumeric()).as(String.join(" ", cells)).isFalse();
    }
    var words = column(';', "98,53", "99,1", "1,0", "2,0", "3,0", "4,0", "5,0", "6,0", "7,0", "8,0",
        "ERROR");
    assertThat(words.isNumeric()).isTrue();
    assertThat(words.firstNotNumber()).isEqualTo(10);
    assertThat(String.format(Locale.ROOT, "%.2f", words.numbersOrMissing()[0])).isEqualTo("98.53");
  }
}
