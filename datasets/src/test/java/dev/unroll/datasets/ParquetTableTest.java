package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void aCompressionThatIsNotThereIsNamed() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Table.read(file("brotli")))
        .withMessageContaining("brotli.parquet cannot be read as Parquet: ")
        .withMessageContaining("brotli4j");
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

  private static String[] cells(Table table, int row) {
    return IntStream.range(0, table.columns().size())
        .mapToObj(i -> table.columns().get(i).text(row)).toArray(String[]::new);
  }
}
