package dev.unroll.datasets.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatTableTest {
  @TempDir
  Path folder;

  /// The layout is that of "MAT-File Format", The MathWorks, version 5, little endian.
  @Test
  void vectorsAndMatricesBecomeColumns() throws IOException {
    var file = file(matrix("load", 3, 1, 1, 2.5, -3), matrix("x", 3, 2, 1, 2, 3, 4, 5, 6),
        matrix("rate", 1, 1, 50), matrix("flat", 1, 3, 7, 8, Double.NaN));

    var table = Table.read(file);

    assertThat(table.names()).containsExactly("load", "x1", "x2", "flat");
    assertThat(table.column("load").numbers()).containsExactly(1, 2.5, -3);
    assertThat(table.column("x2").numbers()).containsExactly(4, 5, 6);
    assertThat(table.column("flat").numbers()).containsExactly(7, 8, Double.NaN);
    assertThat(table.column("load").text(0)).isEqualTo("1");
  }

  @Test
  void aFileWithoutATableIsRefused() throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Table.read(file(matrix("rate", 1, 1, 50))))
        .withMessageContaining("has no matrix of numbers with two rows or more");
    var text = Files.writeString(folder.resolve("text.mat"), "a,b\n1,2\n");
    assertThatExceptionOfType(DataException.class).isThrownBy(() -> Table.read(text))
        .withMessageContaining("is not a whole MATLAB 5 file");
  }

  private Path file(byte[]... matrices) throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] head = new byte[128];
    head[125] = 1; // version 0x0100
    head[126] = 'I';
    head[127] = 'M';
    out.write(head);
    for (byte[] matrix : matrices) {
      out.write(matrix);
    }
    return Files.write(folder.resolve("data.mat"), out.toByteArray());
  }

  private static byte[] matrix(String name, int rows, int columns, double... values) {
    int padded = (name.length() + 7) / 8 * 8;
    var out = ByteBuffer.allocate(8 + 16 + 16 + 8 + padded + 8 + 8 * values.length)
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(14).putInt(out.capacity() - 8);
    out.putInt(6).putInt(8).putInt(6).putInt(0); // flags: a matrix of doubles
    out.putInt(5).putInt(8).putInt(rows).putInt(columns);
    out.putInt(1).putInt(name.length()).put(name.getBytes(US_ASCII));
    out.position(8 + 16 + 16 + 8 + padded);
    out.putInt(9).putInt(8 * values.length);
    for (double value : values) {
      out.putDouble(value);
    }
    return out.array();
  }
}
