package dev.unroll.datasets.example;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that cannot be read are told in one sentence, with the line.
class ExampleFileMistakesTest {
  @TempDir
  Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("mine"), text);
  }

  private static ExampleFile jsonLines(Path file) {
    return ExampleFile.jsonLines(file);
  }

  private static ExampleFile jsonLines(Path file, As input, As target) {
    return ExampleFile.jsonLines(file, new ExampleFile.Format(input, target));
  }

  private static ExampleFile jsonLines(Path file, As input, Tokens inputs, As target,
      Tokens targets) {
    return ExampleFile.jsonLines(file,
        new ExampleFile.Format(SideNames.DEFAULT, input, inputs, target, targets));
  }

  private static ExampleFile csv(Path file, As input, As target) {
    return ExampleFile.table(file, new ExampleFile.Format(input, target));
  }

  private static Looks looks(Path file) {
    return Looks.of(file, SideNames.DEFAULT);
  }

  private static int[] symbols(Values values) {
    return ((Symbols) values).symbols();
  }

  /// `¦` stands for a line end.
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {"input": "a", "target": 1     | CHARACTERS | SYMBOLS | , line 1: not JSON
      {"input": "a", "target": 1} {} | CHARACTERS | SYMBOLS | , line 1: not JSON
      {"input": 1, "input": 2}       | SYMBOLS    | SYMBOLS | , line 1: not JSON
      ¦[1, 2]                        | NUMBERS    | NUMBERS | , line 2: expected an object
      {"input": "a"}                 | CHARACTERS | SYMBOLS | , line 1: there is no "target";
      {"input": null, "target": 1}   | CHARACTERS | SYMBOLS | , line 1: the input is null, expected a value; give it one, or leave
      {"input": [1, 1e400], "target": 1} | NUMBERS | SYMBOLS | , line 1: the input has a number beyond ±1.8e308, expected one that fits
      {"input": 5, "target": 1}      | CHARACTERS | SYMBOLS | , line 1: the input has 5, expected a text.
      {"input": "", "target": 1}     | CHARACTERS | SYMBOLS | , line 1: the input is empty, expected at least one step;
      {"input": " ", "target": 1}    | WORDS      | SYMBOLS | , line 1: the input is empty, expected at least one step;
      {"input": [], "target": 1}     | NUMBERS    | SYMBOLS | , line 1: the input has an empty array, expected at least one step;
      {"input": [1, "b"], "target": 1} | NUMBERS  | SYMBOLS | , line 1: the input has "b", expected a number.
      {"input": [1, 1e99], "target": 1} | NUMBERS | SYMBOLS | , line 1: the input has 1.0E99, expected a number that fits a float.
      {"input": [NaN], "target": 1}  | NUMBERS    | SYMBOLS | , line 1: not JSON: NaN is no number that JSON has; write one whole
      {"input": [-Infinity], "target": 1} | NUMBERS | SYMBOLS | , line 1: not JSON: -Infinity is no number that JSON has; write one
      {"input": [[1, 2], [3]], "target": 1} | NUMBERS | SYMBOLS | , line 1: step 1 of the input has 1 numbers, but step 0 has 2;
      {"input": 1, "target": -2}     | NUMBERS    | SYMBOLS | , line 1: the target has -2, expected a whole number from -1 on.
      {"input": 1, "target": 1.5}    | NUMBERS    | SYMBOLS | , line 1: the target has 1.5, expected a whole number from -1 on.
      {"input": 1, "target": 5000000000} | NUMBERS | SYMBOLS | , line 1: the target has 5000000000, expected a whole number from -1 on.
      {"input": 1, "target": [1]}    | NUMBERS    | LABEL   | , line 1: the target has [1], expected one class:
      {"input": ["a", 2], "target": 1} | WORDS    | SYMBOLS | , line 1: the input has 2, expected a text in the array.
      {"input": 7, "target": 1}      | WORDS      | SYMBOLS | , line 1: the input has 7, expected a text or an array of texts.
      ¦¦                             | WORDS      | SYMBOLS | ` has no examples; give at least one.`
      """)
  void eachMistakeInJsonHasOneSentence(String text, As input, As target, String message)
      throws Exception {
    var file = file(text.replace('¦', '\n'));
    assertThatThrownBy(() -> jsonLines(file, input, target))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + message)
        .hasMessageEndingWith(".");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      input,label¦1,2         | ` has no column "target", only [input, label];`
      input,target¦1,2,3      | , line 2: 3 fields, but the head has 2;
      input,target¦1,2¦"3,4   | ` is not CSV: `
      input,target¦,2         | , line 2: the input is empty, expected at least one step;
      input,target¦1 x,2      | , line 2: the input has "x", expected a number; correct it,
      input,target¦1,2¦inf,2  | , line 3: the input has "inf", expected a number; correct it,
      input,target¦NaN,2      | , line 2: the input has "NaN", expected a number; correct it,
      input,target¦1,2¦1e39,2 | , line 3: the input has "1e39", expected a number that fits a float;
      input,target¦1,2¦1d,2   | , line 3: the input has "1d", expected a number;
      input,target¦1 2;3,2    | , line 2: step 1 of the input has 1 numbers, but step 0 has 2;
      input,target¦1,2.5      | , line 2: the target has "2.5", expected a whole number from -1 on;
      input,target¦1,-2       | , line 2: the target has "-2", expected a whole number from -1 on;
      input,target            | ` has a head, but no rows; give at least one.`
      """)
  void eachMistakeInCsvHasOneSentence(String text, String message) throws Exception {
    var file = file(text.replace('¦', '\n'));
    assertThatThrownBy(() -> csv(file, As.NUMBERS, As.SYMBOLS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + message)
        .hasMessageEndingWith(".");
  }

  /// Whole numbers beyond a long had been Java's own error, from the look at a file and from
  /// reading it.
  @ParameterizedTest
  @ValueSource(strings = {"1999", "-7"})
  void wholeNumbersOfHundredsOfDigitsAreNamed(String start) throws Exception {
    String huge = start + "9".repeat(400);
    var path = file("{\"input\": %s, \"target\": [1, %s]}\n".formatted(huge, huge));
    assertThat(looks(path)).extracting(Looks::input, Looks::target)
        .containsExactly(As.NUMBERS, As.NUMBERS);
    assertThatThrownBy(() -> jsonLines(path)).isInstanceOf(DataException.class)
        .hasMessage("%s, line 1: the input has %s…, expected a number that fits a float."
            .formatted(path, huge.substring(0, 40)));
    for (var as : As.values()) {
      assertThatThrownBy(() -> jsonLines(path, as, As.NUMBERS))
          .as("%s", as).isInstanceOf(DataException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e999999999999", "1e-999999999999", "0.1e+400", "-0", "-0.0",
    "9223372036854775807", "9223372036854775808", "123456789012345678901234567890.5"})
  void everyNumberOfJsonIsReadOrNamed(String number) throws Exception {
    var path = file("{\"input\": %s, \"target\": %s}\n".formatted(number, number));
    looks(path);
    for (var as : As.values()) {
      try {
        jsonLines(path, as, As.NUMBERS);
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("line 1: the input has ");
      }
    }
  }

  /// A person who gave NaN was once told to set a switch of the library that reads JSON.
  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "Infinity", "-Infinity", "+Infinity", "INF", "-INF", "+1", "01", ".5",
        "1.", "0x1", "'a'", "[1,]", "[1,,2]", "{a: 1}", "1 // one", "1 /* one */", "1 # one",
        "\"\\q\"", "\"a\tb\"", "True", "None", "undefined"})
  void nobodyIsToldToSetASwitchOfAProgram(String value) throws Exception {
    var path = file("{\"input\": %s, \"target\": 1}\n".formatted(value));
    assertThatThrownBy(() -> jsonLines(path)).isInstanceOf(DataException.class)
        .hasMessageStartingWith(path + ", line 1: not JSON: ")
        .message().doesNotContainPattern("(?i)feature|ALLOW_|enable|jackson|mapper|parser");
  }

  /// Inputs alone were asked for a target that nobody reads.
  @ParameterizedTest
  @ValueSource(strings = {"\"abc\"", "{\"inputs\": 1}", "{\"input\": 1", "7"})
  void whoGivesInputsIsAskedForNoTarget(String line) throws Exception {
    var path = file(line + "\n");
    assertThatThrownBy(() -> InputReader.of(path, null, As.CHARACTERS, null).next(1))
        .isInstanceOf(DataException.class).hasMessageContaining("{\"input\": …}")
        .hasMessageNotContaining("target");
    var lines = new InputLines(Files.newInputStream(path), "pipe", null, As.CHARACTERS, null);
    assertThatThrownBy(() -> lines.next(1)).isInstanceOf(DataException.class)
        .hasMessageStartingWith("pipe, line 1: ").hasMessageContaining("{\"input\": …}")
        .hasMessageNotContaining("target");
  }

  @Test
  void aNumberOfThousandsOfDigitsIsToldBriefly() throws Exception {
    var path = file("{\"input\": %s, \"target\": 1}\n".formatted("9".repeat(100_000)));
    assertThatThrownBy(() -> jsonLines(path)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 1: longer than any data: Number value length")
        .hasMessageContaining("; shorten it.").hasMessageNotContaining("StreamReadConstraints");
  }

  /// A cell of 300 kB had been quoted whole.
  @ParameterizedTest
  @EnumSource(value = As.class, names = {"SYMBOLS", "NUMBERS"})
  void longCellsOfCsvAreCutInErrors(As as) throws Exception {
    var path = file("input,target\n\"%s\",1\n".formatted("x".repeat(300_000)));
    assertThatThrownBy(() -> csv(path, as, As.NUMBERS))
        .isInstanceOf(DataException.class).hasMessageContaining("the input has \"%s…\", expected"
            .formatted("x".repeat(40)));
  }

  @Test
  void longNamesOfColumnsAndFieldsOfASeriesAreCutInErrors() throws Exception {
    var path = file("%s,b\n1,%s\n".formatted("n\u2028".repeat(50_000), "y".repeat(300_000)));
    assertThatThrownBy(() -> SeriesFile.read(path)).isInstanceOf(DataException.class)
        .hasMessageContaining("\"b\" is \"%s…\"".formatted("y".repeat(40)));
    var three = file("%s,b,c\n1,2,3\n".formatted("n\u2028".repeat(50_000)));
    assertThatThrownBy(() -> csv(three, As.NUMBERS, As.NUMBERS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("only [%s…, b, c]; name the one to read by --input-column"
            .formatted("n·".repeat(20)));
  }

  @Test
  void anUnknownTokenIsCutInErrors() throws Exception {
    var known = jsonLines(file("{\"input\": \"a\", \"target\": \"b\"}"), As.CHARACTERS,
        As.LABEL).targetTokens();
    assertThatThrownBy(() -> known.number("z".repeat(300_000))).isInstanceOf(DataException.class)
        .hasMessageStartingWith("\"%s…\" is not among".formatted("z".repeat(40)));
  }

  @Test
  void anObjectOfAnArrayIsNamedByItsLine() throws Exception {
    var path = file("[{\"input\": 1, \"target\": 2},\n\n{\"input\": 1}]");
    assertThatThrownBy(() -> jsonLines(path, As.NUMBERS, As.NUMBERS))
        .hasMessageStartingWith(path + ", line 3: there is no \"target\"");
    var open = file("[{\"input\": 1, \"target\": 2},\n");
    assertThatThrownBy(() -> jsonLines(open)).isInstanceOf(DataException.class)
        .hasMessageStartingWith(open + ", line 2: not JSON: ");
  }

  @Test
  void otherColumnsAreNamed() throws Exception {
    var names = new SideNames("x", "y", "who");
    var path = Files.writeString(folder.resolve("a.csv"), "y,who,x\n1.5,ann,2\n2.5,bob,3\n");
    var read = ExampleFile.read(path,
        new ExampleFile.Format(names, As.NUMBERS, null, As.NUMBERS, null));
    assertThat(read.groups()).containsExactly("ann", "bob");
    assertThat(((Features) read.examples().get(1).target()).values()).containsExactly(2.5f);
    var json = file("{\"y\": 1.5, \"who\": 7, \"x\": 2}");
    assertThat(ExampleFile.read(json,
        new ExampleFile.Format(names, As.NUMBERS, null, As.NUMBERS, null)).groups())
        .containsExactly("7");
  }

  /// One `NA` among numbers had made a label of every different number, or characters of the
  /// inputs.
  @ParameterizedTest
  @ValueSource(strings = {"NA,1.5", "1 ? 3,1.5", "1 2,NA", "1 2,1d", "1 2,2f", "1 2,0x1p3"})
  void fewCellsThatAreNoNumbersAreErrors(String row) throws Exception {
    var path = Files.writeString(folder.resolve("a.csv"),
        "input,target\n" + "1 2  3,0.5\n".repeat(20) + row + "\n");
    var looks = looks(path);
    assertThat(looks.input()).isEqualTo(As.NUMBERS);
    assertThat(looks.target()).isEqualTo(As.NUMBERS);
    assertThatThrownBy(() -> ExampleFile.read(path,
        new ExampleFile.Format(looks.input(), looks.target()))).isInstanceOf(DataException.class)
        .hasMessageContaining("a.csv, line 22: the ").hasMessageContaining("expected a number;");
  }

  /// A line that cannot be read had ended a stream.
  @Test
  void aMistakeDoesNotDelayTheOthers() throws Exception {
    byte[] text = "{\"input\": [1]}\nx\n\uFFFF{\"input\": [2]}\n{\"input\": [3]}\n"
        .getBytes(ISO_8859_1);
    var lines = new InputLines(new ByteArrayInputStream(text), "pipe", null, As.NUMBERS, null);
    assertThat(lines.next(9).lines()).containsExactly(1L);
    assertThatThrownBy(() -> lines.next(9)).hasMessageStartingWith("pipe, line 2: not JSON");
    assertThatThrownBy(() -> lines.next(9)).hasMessageStartingWith("pipe, line 3: ");
    assertThat(lines.next(9).lines()).containsExactly(4L);
    assertThat(lines.next(9).inputs()).isEmpty();
    var path = Files.writeString(folder.resolve("a.csv"), "input,target\n1,1\nx,1\n3,1\n");
    var rows = InputReader.of(path, null, As.NUMBERS, null);
    assertThat(rows.next(9).lines()).containsExactly(2L);
    assertThatThrownBy(() -> rows.next(9)).hasMessageContaining(", line 3: the input has \"x\"");
    assertThat(rows.next(9).lines()).containsExactly(4L);
  }

  @Test
  void anUnknownLabelOfATestIsNotTheEnd() throws Exception {
    var train =
        jsonLines(file("{\"input\": 1, \"target\": \"a\"}\n{\"input\": 2, \"target\": \"b\"}"),
            As.NUMBERS, As.LABEL);
    var test =
        jsonLines(file("{\"input\": 1, \"target\": \"c\"}\n{\"input\": 2, \"target\": \"b\"}"),
            As.NUMBERS, null, As.LABEL, train.targetTokens());
    assertThat(test.unseen()).containsExactly("c");
    assertThat(symbols(test.examples().getFirst().target())).containsExactly(-1);
  }
}
