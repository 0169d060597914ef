package dev.unroll.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return file(name, text, UTF_8);
  }

  private Path file(String name, String text, Charset charset) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(charset));
  }

  private static List<String> texts(Column column) {
    var texts = new ArrayList<String>();
    for (int row = 0; row < column.rows(); row++) {
      texts.add(column.text(row));
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void theSeparatorIsFound(String separator) throws IOException {
    var table = Table.csv(file("t.csv", """
        review@label@stars
        "good, really; so"@pos@4
        "two
        lines"@neg@1.5
        plain@neg@
        """.replace("@", separator)));
    assertThat(table.names()).containsExactly("review", "label", "stars");
    assertThat(texts(table.column("review"))).containsExactly("good, really; so", "two\nlines",
        "plain");
    assertThat(table.column("stars").numbers()).containsExactly(4, 1.5, Double.NaN);
    assertThat(table.column("stars").isNumeric()).isTrue();
    assertThat(table.column("label").isNumeric()).isFalse();
    assertThat(table.column("label").dictionary().values()).containsExactly("pos", "neg");
    assertThat(table.column("label").dictionary().codes()).containsExactly(0, 1, 1);
    assertThat(table.line(2)).as("after a cell of two lines").isEqualTo(5);
    assertThat(table.column("label").where(2))
        .isEqualTo(table.name() + ", line 5, column \"label\"");
  }

  @Test
  void commasInTextsDoNotMakeThemTheSeparator() throws IOException {
    var table = Table.csv(file("t.csv", "text;label\na, b, c;x\nd, e;y\nf;x\n"));
    assertThat(texts(table.column("text"))).containsExactly("a, b, c", "d, e", "f");
  }

  @Test
  void aSingleColumnNeedsNoSeparator() throws IOException {
    assertThat(texts(Table.csv(file("t.csv", "word\none\n\ntwo\n")).column("word")))
        .containsExactly("one", "two");
  }

  @Test
  void lineEndsMayBeMixed() throws IOException {
    var table = Table.csv(file("t.csv", "a,b\r\n1,2\n3,4\r5,6"));
    assertThat(table.column("b").numbers()).containsExactly(2, 4, 6);
    assertThat(table.line(2)).isEqualTo(4);
  }

  @Test
  void marksAndPackingDoNotMatter() throws IOException {
    String text = "größe,x\n1,ä€😀\n";
    for (Path file : List.of(file("utf8.csv", "\uFEFF" + text),
        file("utf16.csv", "\uFEFF" + text, UTF_16LE), packed("t.csv.gz", text))) {
      var table = Table.csv(file);
      assertThat(table.names()).containsExactly("größe", "x");
      assertThat(table.column("x").text(0)).isEqualTo("ä€😀");
    }
  }

  private Path packed(String name, String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @Test
  void charactersAreWholeAcrossTheEndsOfBuffers() throws IOException {
    var text = new StringBuilder("x\n");
    for (int i = 0; i < 40_000; i++) {
      text.append("a€ä😀".repeat(1 + i % 3)).append('\n');
    }
    var column = Table.csv(file("t.csv", text.toString())).column("x");
    assertThat(column.rows()).isEqualTo(40_000);
    for (int row = 0; row < column.rows(); row++) {
      assertThat(column.text(row)).isEqualTo("a€ä😀".repeat(1 + row % 3));
    }
  }

  @Test
  void otherEncodingsAreNamedWithTheirPlace() throws IOException {
    assertThatThrownBy(() -> Table.csv(file("l.csv", "text,label\ngood,p\ncafé,n\n", ISO_8859_1)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("l.csv is not UTF-8: byte 21 is 0xE9 (line 3), which begins no"
            + " character; convert the file, for example with iconv -f LATIN1 -t UTF-8.");
    assertThatThrownBy(() -> Table.csv(file("u.csv", "text,label\ngood,p\n", UTF_16LE)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "u.csv is no text: there is a byte 0 in line 1; if it is UTF-16, convert"
                + " it, for example with iconv -f UTF-16 -t UTF-8.");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '@', value = {
    "''@is empty; give a file with a head and rows.",
    "a,b\\n@has a head, but no rows; give at least one.",
    "a,b\\n1,2\\n1,2,3\\n@line 3: 3 fields, but the head has 2; quote fields that contain a comma.",
    "a,b\\n1\\n@line 2: 1 field, but the head has 2; add those that are missing.",
    "a,b,a\\n1,2,3\\n@names two columns \"a\", 1 and 3; give each a name of its own.",
    "1,2\\n3,4\\n@has no head: its first line is \"1,2\"; put a line with names above it.",
  })
  void badFilesAreOneSentence(String text, String message) throws IOException {
    var bad = file("bad.csv", text.replace("\\n", "\n"));
    assertThatThrownBy(() -> Table.csv(bad)).isInstanceOf(DataException.class)
        .hasMessageStartingWith(bad.toString()).hasMessageEndingWith(message);
  }

  /// Programs name columns without names by their numbers from 0 on; the exchange rates of Lai et
  /// al. (2018) are a file of that kind.
  @Test
  void columnsThatAreCountedFromZeroHaveAHead() throws IOException {
    var table = Table.csv(file("counted.csv", "0,1,2\n0.5,1,2\n3,4,5\n"));
    assertThat(table.names()).containsExactly("0", "1", "2");
    assertThat(table.column("0").numbers()).containsExactly(0.5, 3);
  }

  @Test
  void anOpenQuoteIsASentence() throws IOException {
    var bad = file("bad.csv", "a,b\n\"x,2\n3,4\n");
    assertThatThrownBy(() -> Table.csv(bad)).isInstanceOf(DataException.class)
        .hasMessageStartingWith(bad + " is not CSV: ").hasMessageEndingWith("; close every quote.");
  }

  @Test
  void aFileThatIsNotThereIsASentence() {
    assertThatThrownBy(() -> Table.csv(folder.resolve("none.csv")))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no file %s; check the path.".formatted(folder.resolve("none.csv")));
  }

  @Test
  void anotherNameIsProposed() throws IOException {
    var table = Table.csv(file("t.csv", "Review,sentiment\nx,y\n"));
    assertThatThrownBy(() -> table.column("review"))
        .hasMessageEndingWith(
            "t.csv has no column \"review\", only [Review, sentiment]; did you mean"
                + " \"Review\"?");
    assertThatThrownBy(() -> table.column("price"))
        .hasMessageEndingWith("only [Review, sentiment]; name one of them.");
    assertThat(table.find("price")).isEmpty();
  }

  /// A single cell that is none made texts of a whole column.
  @Test
  void aFewCellsThatAreNoNumbersLeaveTheColumnNumeric() throws IOException {
    var text = new StringBuilder("x,y\n");
    for (int i = 0; i < 20; i++) {
      text.append(i == 7 ? "seven" : i == 9 ? "NA" : i).append(",1\n");
    }
    var x = Table.csv(file("t.csv", text.toString())).column("x");
    assertThat(x.isNumeric()).isTrue();
    assertThat(x.notNumbers()).isEqualTo(1);
    assertThat(x.isMissing(9)).isTrue();
    assertThatThrownBy(x::numbers).isInstanceOf(DataException.class).hasMessageEndingWith(
        "t.csv, line 9, column \"x\": \"seven\" is no number; correct it, or leave the cell "
            + "empty.");
    assertThat(x.numbersOrMissing()).startsWith(0, 1, 2, 3, 4, 5, 6, Double.NaN, 8, Double.NaN, 10);
  }

  @Test
  void jsonLinesAreColumns() throws IOException {
    var table = Table.jsonLines(file("t.jsonl", """
        {"text": "a \\"b\\"", "n": 1.5}

        {"n": 2, "text": "ü", "more": [1, 2]}
        {"text": null, "n": null}
        """));
    assertThat(table.names()).containsExactly("text", "n", "more");
    assertThat(texts(table.column("text"))).containsExactly("a \"b\"", "ü", "");
    assertThat(texts(table.column("more"))).containsExactly("", "[1,2]", "");
    assertThat(table.column("n").numbers()).containsExactly(1.5, 2, Double.NaN);
    assertThat(table.line(1)).isEqualTo(3);
    assertThatThrownBy(() -> Table.jsonLines(file("b.jsonl", "{\"a\": 1}\nx\n")))
        .isInstanceOf(DataException.class).hasMessageContaining("b.jsonl, line 2");
  }

  /// One array of all objects had been refused.
  @Test
  void anArrayOfObjectsIsRead() throws IOException {
    var table = Table.read(file("c.json", """
        [{"a": "x ] { \\" y", "b": [1, {"c": 2}]},
          {"a": "z"} ,

         {"b": 3}]
        """));
    assertThat(texts(table.column("a"))).containsExactly("x ] { \" y", "z", "");
    assertThat(texts(table.column("b"))).containsExactly("[1,{\"c\":2}]", "", "3");
    assertThat(table.where(2)).endsWith("c.json, line 4");
    assertThatThrownBy(() -> Table.jsonLines(file("d.json", "[{\"a\": 1},\n7]")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("d.json, line 2: expected an object");
    assertThatThrownBy(() -> Table.jsonLines(file("e.json", "[{\"a\": 1},\n{\"a\": 2}")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("e.json, line 2: the array does not end; close it by ].");
    assertThatThrownBy(() -> Table.jsonLines(file("f.json", "[{\"a\": 1}\n{\"a\": 2}]")))
        .hasMessageContaining("f.json, line 2: expected a comma or ] after an object");
    assertThatThrownBy(() -> Table.jsonLines(file("g.json", "[]")))
        .hasMessageContaining("g.json is empty");
    assertThatThrownBy(() -> Table.jsonLines(file("h.json", "[{\"a\": 1}] x")))
        .hasMessageContaining("h.json, line 1: something stands behind the array");
  }

  @Test
  void foldersAreClasses() throws IOException {
    Files.createDirectories(folder.resolve("d/pos"));
    Files.createDirectories(folder.resolve("d/neg"));
    file("d/pos/2.txt", "good");
    file("d/pos/1.txt", "fine\n");
    file("d/neg/1.txt", "bad");
    file("d/README", "not a class");
    var table = Table.read(folder.resolve("d"));
    assertThat(texts(table.column("text"))).containsExactly("bad", "fine\n", "good");
    assertThat(texts(table.column("label"))).containsExactly("neg", "pos", "pos");
    Files.createDirectories(folder.resolve("e"));
    assertThatThrownBy(() -> Table.folder(folder.resolve("e")))
        .hasMessageContaining("has neither a folder with texts nor a .txt file");
  }

  /// Such a folder, as of names by nationality, had been refused.
  @Test
  void filesOfLinesAreClasses() throws IOException {
    Files.createDirectories(folder.resolve("names"));
    file("names/Dutch.txt", "de Vries\n\nJansen\n");
    file("names/Irish.TXT", "Byrne");
    file("names/README.md", "names");
    file("names/readme.txt", "names");
    var table = Table.read(folder.resolve("names"));
    assertThat(texts(table.column("text"))).containsExactly("de Vries", "Jansen", "Byrne");
    assertThat(texts(table.column("label"))).containsExactly("Dutch", "Dutch", "Irish");
  }

  @Test
  void kindsAreFoundByTheName() throws IOException {
    assertThat(Table.read(file("a.TSV", "a,b\tc\n1\t2\n")).names()).containsExactly("a,b", "c");
    assertThat(Table.read(file("a.jsonl", "{\"a\": 1}")).names()).containsExactly("a");
    assertThat(Table.read(file("a.data", "a;b\n1;2\n")).names()).containsExactly("a", "b");
  }

  @Test
  void columnsMayComeFromMemory() {
    var table = Table.of("memory", Map.of("x", List.of("1", "2")));
    assertThat(table.column("x").numbers()).containsExactly(1, 2);
    assertThat(table.where(1)).isEqualTo("memory, row 2");
    assertThatThrownBy(() -> Table.of("memory", Map.of("x", List.of())))
        .hasMessage("memory has a head, but no rows; give at least one.");
  }
}
