package dev.unroll.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequencesTest {
  private static final String HEAD = """
      # a comment
      @problemName Two
      @timeStamps false
      @dimensions 2
      @classLabel true yes no
      @data
      """;

  @TempDir
  private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("a.ts"), text);
  }

  @Test
  void channelsBecomeColumnsOfSteps() throws IOException {
    var read = Sequences.ts(file(HEAD + "1,2,3:10,20,?:yes\n\n-0.5:1e2:no\n"));
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.columns()).isEqualTo(2);
    assertThat(read.labels()).containsExactly("yes", "no");
    assertThat(read.sequences().getFirst().values()).containsExactly(1, 10, 2, 20, 3, Float.NaN);
    assertThat(read.sequences().get(1).values()).containsExactly(-0.5f, 100);
    assertThat(read.where(1)).isEqualTo(folder.resolve("a.ts") + ", line 9");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '@', value = {
    "1,2:3:yes@line 7: channel 2 has 1 steps, but the first one has 2; give as many.",
    "1,x:3,4:yes@line 7, channel 1, step 2: \"x\" is no number; correct it, or write ? if it is"
        + " missing.",
    "1:2:maybe@line 7: the class \"maybe\" is not one of [yes, no]; correct it or its head.",
    "1,2@line 7: 0 channels before the class, expected at least one, separated by colons.",
    "1:2:yes;1:2:3:no@line 8: 3 channels before the class, expected 2 as before, separated by"
        + " colons.",
  })
  void badLinesAreOneSentence(String lines, String message) throws IOException {
    var bad = file(HEAD + lines.replace(";", "\n") + "\n");
    assertThatThrownBy(() -> Sequences.ts(bad)).isInstanceOf(DataException.class)
        .hasMessage(bad + ", " + message);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertThatThrownBy(() -> Sequences.ts(file("a,b\n1,2\n")))
        .hasMessageEndingWith("a.ts, line 1: \"a,b\" stands before @data; is it a .ts file?");
    assertThatThrownBy(() -> Sequences.ts(file(HEAD)))
        .hasMessageEndingWith(
            "a.ts has no sequences; a .ts file has @data and then a line for each.");
    assertThatThrownBy(
        () -> Sequences.ts(file(HEAD.replace("@timeStamps false", "@timeStamps true"))))
        .hasMessageContaining("line 3: the numbers have time stamps");
    assertThatThrownBy(() -> Sequences.ts(file("@targetLabel true\n")))
        .hasMessageContaining("line 1: the targets are numbers");
  }

  @Test
  void cellsMayBeArrays() {
    var columns = new LinkedHashMap<String, List<String>>();
    columns.put("input", List.of("[[1, 2], [3, null]]", "[[5, 6]]"));
    columns.put("target", List.of("a", "b"));
    columns.put("flat", List.of("[1, 2, 3]", "[4]"));
    columns.put("bad", List.of("[[1, 2], [3]]", "[\"x\"]"));
    var table = Table.of("t", columns);
    var read = Sequences.of(table, "input", "target");
    assertThat(read.sequences().getFirst().values()).containsExactly(1, 2, 3, Float.NaN);
    assertThat(read.rows(1).sequences().getFirst().values()).containsExactly(5, 6);
    assertThat(read.rows(1).where(0)).isEqualTo("t, line 2");
    assertThat(read.rows(1).labels()).containsExactly("b");
    assertThat(Sequences.of(table, "flat", "target").columns()).isEqualTo(1);
    assertThatThrownBy(() -> Sequences.of(table, "bad", "target")).hasMessage("t, row 1, column"
        + " \"bad\": step 2 has 1 numbers, but the first one has 2; give as many.");
    assertThatThrownBy(() -> Sequences.parse("[\"x\"]", "here"))
        .hasMessage("here: step 1 has something that is no number; correct it.");
    assertThatThrownBy(() -> Sequences.parse("[]", "here"))
        .hasMessageStartingWith("here: expected an array of numbers");
  }

  @Test
  void listsAreChecked() {
    var x = new float[][] {{1, 2}};
    assertThatThrownBy(() -> Sequences.of(List.<float[][]>of(x), List.of()))
        .hasMessage("There are 1 sequences and 0 labels, expected a label for each.");
    assertThatThrownBy(() -> Sequences.of(List.of(x, new float[][] {{1}}), List.of("a", "b")))
        .hasMessage("Sequence 1 has 1 numbers a step, but the first one has 2; give as many.");
    assertThatThrownBy(() -> Sequences.of(List.<float[][]>of(x), List.of("a")).groups(List.of()))
        .hasMessage("There are 1 sequences and 0 groups, expected a group for each.");
  }
}
