package dev.unroll.datasets.example;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleFileTest {
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

  @Test
  void lettersToAClass() throws Exception {
    var read = jsonLines(
        file(
            "{\"input\": \"Abba\", \"target\": \"b\"}\n\n{\"target\": \"a\", \"input\": \"😀\"}\n"),
        As.CHARACTERS,
        As.LABEL);
    assertThat(read.inputTokens().toList()).containsExactly("A", "a", "b", "😀");
    assertThat(read.targetTokens().toList()).containsExactly("a", "b");
    assertThat(symbols(read.examples().get(0).input())).containsExactly(0, 2, 2, 1);
    assertThat(symbols(read.examples().get(0).target())).containsExactly(1);
    assertThat(symbols(read.examples().get(1).input())).containsExactly(3);
  }

  @Test
  void wordsAndSymbols() throws Exception {
    var read = jsonLines(
        file(
            "{\"input\": \" to  be \", \"target\": [2, -1]}\n{\"input\": [\"to\"], \"target\": 3}"),
        As.WORDS,
        As.SYMBOLS);
    assertThat(read.inputTokens().toList()).containsExactly("be", "to");
    assertThat(read.targetTokens()).isNull();
    assertThat(symbols(read.examples().get(0).input())).containsExactly(1, 0);
    assertThat(symbols(read.examples().get(0).target())).containsExactly(2, -1);
    assertThat(symbols(read.examples().get(1).target())).containsExactly(3);
  }

  @Test
  void numbersARowOrANumberAStep() throws Exception {
    var read = jsonLines(
        file("""
            {"input": [[1, 2], [3, 4], [5, 6]], "target": 0.5}
            {"input": [[1, 2]], "target": [7, 8]}
            """),
        As.NUMBERS,
        As.NUMBERS);
    var input = (Features) read.examples().get(0).input();
    assertThat(input.columns()).isEqualTo(2);
    assertThat(input.values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.examples().get(0).target()).hasToString("1 × 1 features");
    assertThat(read.examples().get(1).target()).hasToString("2 × 1 features");
  }

  private String look(String text) throws IOException {
    var read = jsonLines(file(text));
    return "%s, %s, %s".formatted(
        read.examples().getFirst(),
        read.inputTokens() == null ? "no tokens" : read.inputTokens().toList(),
        read.targetTokens() == null ? "no tokens" : read.targetTokens().toList());
  }

  @Test
  void eachSideIsTakenForWhatItLooksLike() throws Exception {
    assertThat(look("{\"input\": \"ab\", \"target\": \"ab\"}"))
        .isEqualTo("2 symbols → 1 symbols, [a, b], [ab]");
    assertThat(look("{\"input\": [\"a\", \"b\"], \"target\": [\"c\"]}"))
        .isEqualTo("2 symbols → 1 symbols, [a, b], [c]");
    assertThat(look("{\"input\": [1, 2], \"target\": 0}"))
        .isEqualTo("2 × 1 features → 1 symbols, no tokens, no tokens");
    assertThat(look("{\"input\": [[1, 2]], \"target\": 0}\n{\"input\": [[1, 2]], \"target\": 0.5}"))
        .isEqualTo("1 × 2 features → 1 × 1 features, no tokens, no tokens");
    assertThat(look("{\"input\": 1, \"target\": [0, 1]}"))
        .isEqualTo("1 × 1 features → 2 symbols, no tokens, no tokens");
    assertThat(look("{\"input\": 1, \"target\": true}"))
        .isEqualTo("1 × 1 features → 1 symbols, no tokens, [true]");
  }

  @Test
  void wholeNumbersAreClassesIfMostOfThemOccur() {
    assertThat(Looks.areClasses(Stream.of(0L, 31L))).isTrue();
    assertThat(Looks.areClasses(Stream.of(0L, 31L, 32L))).isFalse();
    assertThat(Looks.areClasses(LongStream.range(16, 32).boxed())).isTrue();
    assertThat(Looks.areClasses(LongStream.rangeClosed(16, 32).boxed())).isTrue();
    assertThat(Looks.areClasses(LongStream.rangeClosed(17, 32).boxed())).isFalse();
    assertThat(Looks.areClasses(Stream.of(0L, -1L))).isTrue();
    assertThat(Looks.areClasses(Stream.of(0L, -2L))).isFalse();
    // Each once: what numbers the examples.
    assertThat(Looks.areClasses(LongStream.range(0, 300).boxed())).isFalse();
    assertThat(Looks.areClasses(LongStream.range(0, 600).map(i -> i / 2).boxed())).isTrue();
  }

  @Test
  void aSecondFileIsReadWithTheTokensOfTheFirst() throws Exception {
    var train = jsonLines(
        file("{\"input\": \"ba\", \"target\": true}\n{\"input\": \"c\", \"target\": false}"),
        As.CHARACTERS,
        As.LABEL);
    var test = jsonLines(
        file("{\"input\": \"cc\", \"target\": true}"),
        As.CHARACTERS,
        train.inputTokens(),
        As.LABEL,
        train.targetTokens());
    assertThat(symbols(test.examples().getFirst().input())).containsExactly(2, 2);
    assertThat(symbols(test.examples().getFirst().target())).containsExactly(1);
    var bad = file("{\"input\": \"c\", \"target\": true}\n{\"input\": \"d\", \"target\": true}");
    assertThatThrownBy(
        () -> jsonLines(
            bad, As.CHARACTERS, train.inputTokens(), As.LABEL, train.targetTokens()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            bad + ", line 2: \"d\" is not among the 3 that are known; correct it, or train on data"
                + " that has it.");
  }

  @Test
  void csvHasColumnsOfTheSameNames() throws Exception {
    var read = csv(
        file("id,target,input\n1,x,0.5 1; 2 3\n2,\"y, z\",4 5\n"), As.NUMBERS, As.LABEL);
    var input = (Features) read.examples().get(0).input();
    assertThat(input.columns()).isEqualTo(2);
    assertThat(input.values()).containsExactly(0.5f, 1, 2, 3);
    assertThat(read.targetTokens().toList()).isEqualTo(List.of("x", "y, z"));
    var numbers = csv(file("input,target\n1 2 3,0 -1\n"), As.NUMBERS, As.SYMBOLS);
    assertThat(numbers.examples().getFirst()).hasToString("3 × 1 features → 2 symbols");
  }

  @Test
  void aSeriesIsReadByColumns() throws Exception {
    var file = file("date,load,temperature\n2016-07-01,1.5,20\n2016-07-02,2.5,21\n");
    var series = SeriesFile.read(file, "temperature", "load");
    assertThat(series.columns()).containsExactly("temperature", "load");
    assertThat(series.series().values()).containsExactly(20, 1.5f, 21, 2.5f);
    assertThatThrownBy(() -> SeriesFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(
            file + ", line 2, column \"date\" is \"2016-07-01\", expected a finite number; correct"
                + " it, or name the columns to read.");
    assertThatThrownBy(() -> SeriesFile.read(file, "wind"))
        .hasMessage(
            file + " has no column \"wind\", only [date, load, temperature]; name one of them.");
    var head = file("load\n");
    assertThatThrownBy(() -> SeriesFile.read(head))
        .hasMessage(head + " has a head, but no rows; give at least one.");
  }

  /// Rows of 0 and 1, and numbers beyond a long, were "not all whole".
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      [[0, 1], [1, 0]]     | rows of numbers
      [[0.5, 1]]           | rows of numbers
      [1, 0]               | whole numbers
      [1, 0.5]             | not all are whole
      99999999999999999999 | whole numbers, not as of classes
      """)
  void theReasonIsTrue(String input, String reason) throws Exception {
    var lines = "{\"input\": %s, \"target\": 1}\n".formatted(input).repeat(3);
    var looks = looks(file(lines));
    assertThat(looks.input()).isEqualTo(As.NUMBERS);
    assertThat(looks.inputReason()).isEqualTo(reason);
    var column = input.replaceAll("[\\[\\],]", " ").strip();
    var csv = Files.writeString(folder.resolve("mine.csv"),
        "input,target\n" + (column + ",1\n").repeat(3));
    if (!input.startsWith("[[")) {
      assertThat(looks(csv).inputReason()).isEqualTo(reason);
    }
  }

  /// Texts that are all different had been taken for as many classes.
  @ParameterizedTest
  @CsvSource({"300, 300, CHARACTERS", "300, 151, CHARACTERS", "300, 150, LABEL", "300, 18, LABEL",
    "20, 20, CHARACTERS", "20, 12, LABEL", "7, 7, LABEL"})
  void textsOfTargetsAreLabelsIfTheyRepeat(int examples, int distinct, As expected)
      throws Exception {
    var lines = new StringBuilder();
    var csv = new StringBuilder("input,target\n");
    for (int i = 0; i < examples; i++) {
      lines.append("{\"input\": \"a%d\", \"target\": \"b%d\"}\n".formatted(i, i % distinct));
      csv.append("a%d,b%d\n".formatted(i, i % distinct));
    }
    var table = Files.writeString(folder.resolve("mine.csv"), csv);
    for (var looks : List.of(looks(file(lines.toString())), looks(table))) {
      assertThat(looks.input()).isEqualTo(As.CHARACTERS);
      assertThat(looks.target()).isEqualTo(expected);
      assertThat(looks.targetReason())
          .startsWith("%d different texts in %d".formatted(distinct, examples));
    }
  }

  /// Files with other separators, other names of columns, capitals, or one array of all examples
  /// had been refused.
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      a.csv  | input,target¦1 2,x¦3 4,y
      a.csv  | Input;Target;other¦1 2;x;7¦3 4;y;8
      a.csv  | steps,what¦1 2,x¦3 4,y
      a.tsv  | TARGET→INPUT¦x→1 2¦y→3 4
      a.json | [{"input": [1, 2], "target": "x"},¦ {"input": [3, 4], "target": "y"}]
      a.json | ¦ [ {"input": [1, 2], "target": "x"}, {"input": [3, 4], "target": "y"}]
      """)
  void filesAsPeopleHaveThem(String name, String text) throws Exception {
    var path = Files.writeString(folder.resolve(name),
        text.replace('¦', '\n').replace('→', '\t'));
    var read = ExampleFile.read(path, new ExampleFile.Format(As.NUMBERS, As.LABEL));
    assertThat(read.targetTokens().toList()).containsExactly("x", "y");
    assertThat(((Features) read.examples().get(1).input()).values()).containsExactly(3, 4);
    var inputs = InputReader.of(path, null, As.NUMBERS, null).next(9);
    assertThat(inputs.inputs()).hasSize(2);
  }

  @Test
  void sentencesAreWords() throws Exception {
    var path = file("{\"input\": \"not a good film at all\", \"target\": 1}\n".repeat(9));
    assertThat(looks(path).input()).isEqualTo(As.WORDS);
    assertThat(looks(path).inputReason()).isEqualTo("texts of 6 words on average");
  }

  /// An accent that is a character of its own had been another letter.
  @Test
  void accentsArePartOfTheirLetters() throws Exception {
    var read = jsonLines(
        file("{\"input\": \"e\u0301\", \"target\": 1}\n{\"input\": \"\u00e9\", \"target\": 1}"),
        As.CHARACTERS, As.LABEL);
    assertThat(read.inputTokens().toList()).containsExactly("\u00e9");
  }

  @Test
  void utf16IsReadByItsMark() throws Exception {
    var path = folder.resolve("a.jsonl");
    Files.write(path, "\uFEFF{\"input\": \"ab\", \"target\": 1}\n".getBytes(UTF_16LE));
    assertThat(jsonLines(path).inputTokens().toList()).containsExactly("a", "b");
  }

  /// Parquet has lists, which arrive as JSON; a table refused them as characters.
  @Test
  void cellsOfATableMayBeJsonArrays() throws IOException {
    var file = Files.writeString(folder.resolve("arrays.csv"),
        "input,target\n\"[[1,2],[3,4.5]]\",\"[0.5]\"\n\"[[5,6]]\",\"[7]\"\n");
    var looks = Looks.of(file, SideNames.DEFAULT);
    assertThat(looks.input()).isEqualTo(As.NUMBERS);
    var read = ExampleFile.read(file, new ExampleFile.Format(As.NUMBERS, As.NUMBERS));
    var input = (Features) read.examples().getFirst().input();
    assertThat(input.columns()).isEqualTo(2);
    assertThat(input.values()).containsExactly(1, 2, 3, 4.5f);
    Files.writeString(file, "input,target\n\"[[1,2],[3,]]\",\"[0.5]\"\n");
    assertThatThrownBy(() -> ExampleFile.read(file,
        new ExampleFile.Format(As.NUMBERS, As.NUMBERS))).isInstanceOf(DataException.class)
        .hasMessageContaining("arrays.csv, line 2: [[1,2],[3,]] is not a JSON array");
  }
}
