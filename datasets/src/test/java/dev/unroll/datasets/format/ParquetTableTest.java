package dev.unroll.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetTableTest {
  @TempDir
  Path folder;

  /// The values are those of the query in the README beside the files.
  @ParameterizedTest
  @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd"})
  void columnsAreThoseThatWereWritten(String compression) throws Exception {
    var table = Table.read(file(compression));

    assertThat(table.rows()).isEqualTo(7);
    assertThat(table.names()).containsExactly("id", "x", "f", "s", "stamp", "utc", "day", "flag",
        "price", "list", "st");
    for (int row = 0; row < 7; row++) {
      assertThat(table.column("x").numbers()[row]).isEqualTo(row / 10.0);
      assertThat(table.column("f").numbers()[row]).isEqualTo(row * 0.5);
      assertThat(table.column("s").isMissing(row)).isEqualTo(row % 3 == 0);
    }
    assertThat(cells(table, 5)).containsExactly("5", "0.5", "2.5", "text 5 é",
        "2024-01-01T05:00", "2024-01-01T05:00:00Z", "2024-01-06", "false", "6.25", "[5,6]",
        "{\"a\":5,\"b\":\"q5\"}");
    assertThat(table.where(5)).endsWith("parquet, row 6");
  }

  /// A user of the command line was told to add a dependency to a project.
  @ParameterizedTest
  @CsvSource({"brotli, Brotli", "lz4-raw, LZ4_RAW"})
  void aCompressionThatIsNotThereIsNamedWithThoseThatAre(String name, String compression)
      throws Exception {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Table.read(file(name)))
        .withMessageContaining(name + ".parquet cannot be read as Parquet: it is compressed with "
            + compression
            + ", but Snappy, Zstandard, gzip and uncompressed are read; write it again")
        .withMessageNotContaining("your project");
  }

  /// Unsigned integers were negative from the middle of their range on.
  @Test
  void unsignedIntegersAreNotNegative() throws Exception {
    var table = Table.read(file("types"));
    assertThat(text(table, "u8")).isEqualTo("255");
    assertThat(text(table, "u16")).isEqualTo("65535");
    assertThat(text(table, "u32")).isEqualTo("4294967295");
    assertThat(text(table, "u64")).isEqualTo("18446744073709551615");
    assertThat(text(table, "i64")).isEqualTo("-1");
    assertThat(text(table, "uints")).isEqualTo("[4294967295]");
    assertThat(text(table, "nested")).isEqualTo("[[255]]");
    assertThat(text(table, "m")).isEqualTo("{\"4294967295\":255}");
  }

  /// Decimals in lists and structures were strings, `["0.0","0.5"]`; bytes were `[B@350ec41e`, and
  /// intervals `PqInterval[months=…]`.
  @Test
  void decimalsBytesAndIntervalsAreForReaders() throws Exception {
    var table = Table.read(file("types"));
    assertThat(text(table, "decimals")).isEqualTo("[0.00000001,0.50000000]");
    assertThat(text(table, "d")).isEqualTo("0.00000001");
    assertThat(text(table, "b")).isEqualTo("q é");
    assertThat(text(table, "st"))
        .isEqualTo("{\"u\":18446744073709551615,\"b\":\"q\",\"d\":2.50}");
    assertThat(text(table, "i")).isEqualTo("P1Y2M3DT4H5M6.007S");
    assertThat(text(table, "zero")).isEqualTo("PT0S");
    assertThat(text(table, "m2")).isEqualTo("{\"k\":\"P1D\"}");
    assertThat(text(table, "t")).isEqualTo("12:34:56");
    assertThat(text(table, "id")).isEqualTo("12345678-1234-1234-1234-123456789abc");
  }

  /// A name with a dot was taken for a path: not found, or the field `a` of the structure `s` in
  /// place of the column `s.a`. The name of a field within another column was taken for that field,
  /// which also lists (`element`) and maps (`key`, `value`) have.
  @Test
  void everyNameIsThatOfItsOwnColumn() throws Exception {
    var table = Table.read(file("names"));
    assertThat(table.names()).containsExactly("a", "s", "s.a", "t.s", ".", "m", "value", "l",
        "element");
    assertThat(cells(table, 0)).containsExactly("0", "{\"a\":0,\"b.c\":0}", "0", "", "0.0",
        "{\"k\":0}", "0", "[0]", "e0");
    assertThat(cells(table, 2)).containsExactly("2", "{\"a\":20,\"b.c\":40}", "200", "t2é",
        "1.0", "{\"k\":2}", "14", "[2]", "e2");
    var flat = Table.read(file("flat-names"));
    assertThat(flat.names()).containsExactly("x.y", "x", "y");
    assertThat(cells(flat, 1)).containsExactly("1000", "1", "3");
  }

  /// The second one was left out.
  @Test
  void aNameThatTwoColumnsHaveIsRefused() throws Exception {
    var bytes = new String(Files.readAllBytes(file("types")), StandardCharsets.ISO_8859_1);
    var twice = Files.writeString(folder.resolve("twice.parquet"), bytes.replace("u32", "u16"),
        StandardCharsets.ISO_8859_1);
    assertThatExceptionOfType(DataException.class).isThrownBy(() -> Table.read(twice))
        .withMessageEndingWith(
            "twice.parquet has two columns named \"u16\"; give each its own name.");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "bytes | \"pixels\" has bytes that are not text in UTF-8",
    "nested-bytes | \"pixels\" has bytes that are not text in UTF-8",
    "nul | \"b\" has bytes that are not text in UTF-8",
    "geometry | \"v\" has values of the type geometry, which is not read",
    "variant | \"v\" has values of the type variant, which is not read"})
  void whatHasNoTextIsRefusedByColumn(String name, String message) throws Exception {
    assertThatExceptionOfType(DataException.class).isThrownBy(() -> Table.read(file(name)))
        .withMessageContaining(name + ".parquet: column " + message
            + "; write the file again without it, or with it as text.");
  }

  @Test
  void whatIsNotParquetIsRefusedWithASentence() throws IOException {
    var text = Files.writeString(folder.resolve("text.parquet"), "a,b\n1,2\n");
    assertThatExceptionOfType(DataException.class).isThrownBy(() -> Table.read(text))
        .withMessageContaining("cannot be read as Parquet");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Table.read(folder.resolve("none.parquet")))
        .withMessageContaining("there is no such file");
  }

  /// A damaged file is one sentence, or has other values where only those are damaged.
  @Test
  void damagedFilesEndInASentence() throws Exception {
    byte[] whole = Files.readAllBytes(file("snappy"));
    var damaged = folder.resolve("damaged.parquet");
    var random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = i % 4 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length))
          : whole.clone();
      if (i % 4 != 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(damaged, bytes);
      try {
        assertThat(Table.read(damaged).rows()).isPositive();
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("damaged.parquet");
      }
    }
  }

  private static Path file(String compression) throws URISyntaxException {
    return Path.of(
        ParquetTableTest.class.getResource("parquet/" + compression + ".parquet").toURI());
  }

  private static String text(Table table, String column) {
    return table.column(column).text(0);
  }

  private static String[] cells(Table table, int row) {
    return IntStream.range(0, table.columns().size())
        .mapToObj(i -> table.columns().get(i).text(row)).toArray(String[]::new);
  }
}
