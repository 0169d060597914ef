package dev.unroll.expr.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellFileTest {
  @TempDir
  Path folder;

  @Test
  void calledAsItsFile() throws IOException {
    var file = folder.resolve("my-gate_2.cell");
    Files.writeString(file, "\uFEFFh' = σ(W x)\r\n");
    assertThat(Cell.read(file)).isEqualTo(Cell.parse("my-gate_2", "h' = σ(W x)"));
  }

  @Test
  void mistakeNamesTheFile() throws IOException {
    var file = folder.resolve("my.cell");
    Files.writeString(file, "h' = U k\n");
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(file))
        .withMessage(
            """
            %s:1:8: k is not known: no equation computes it and no state k' is updated; \
            known here: x, h
                h' = U k
                       ^""",
            file);
  }

  @Test
  void fileNameThatIsNoCellName() throws IOException {
    var file = folder.resolve("my cell.txt");
    Files.writeString(file, "h' = W x\n");
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(file))
        .withMessage(
            "%s: the file's name becomes the cell's name, and 'my cell' cannot be the name of a "
                + "cell; "
                + "expected 1 to 64 letters, digits, - or _; rename the file.",
            file);
  }

  @Test
  void notUtf8() throws IOException {
    var latin = folder.resolve("latin.cell");
    Files.write(latin, "h' = W x # é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(latin))
        .withMessage("%s: the file is not text in UTF-8 (byte 12 is 0xE9); save it as UTF-8.",
            latin);
    var utf16 = folder.resolve("utf16.cell");
    Files.write(utf16, "h' = W x".getBytes(StandardCharsets.UTF_16));
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(utf16))
        .withMessage("%s: the file is not text in UTF-8 (byte 1 is 0xFE); save it as UTF-8.",
            utf16);
    var cut = folder.resolve("cut.cell");
    Files.write(cut, new byte[] {'h', (byte) 0xCC});
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(cut))
        .withMessage("%s: the file is not text in UTF-8 (byte 2 is 0xCC); save it as UTF-8.", cut);
  }

  @Test
  void hugeFileIsNotRead() throws IOException {
    var file = folder.resolve("huge.cell");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(file))
        .withMessage(
            "%s: the file has more than 196611 bytes; a cell has at most 65536 characters.", file);
  }

  @Test
  void noFile() {
    var missing = folder.resolve("missing.cell");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Cell.read(missing))
        .withMessage("There is no file %s; expected a file with a cell.", missing);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Cell.read(folder))
        .withMessage("%s is a folder; expected a file with a cell.", folder);
  }

  @Test
  void emptyFile() throws IOException {
    var file = Files.createFile(folder.resolve("empty.cell"));
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> Cell.read(file))
        .withMessage(
            "%s: it has no equations; write at least one, for example h' = tanh(W x + U h + b)",
            file);
  }
}
