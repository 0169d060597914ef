package dev.unroll.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConllTest {
  private static final String UNIVERSAL = """
      # sent_id = 1
      # text = It doesn't rain.
      1\tIt\tit\tPRON\tPRP\t_\t4\tnsubj\t_\t_
      2-3\tdoesn't\t_\t_\t_\t_\t_\t_\t_\t_
      2\tdoes\tdo\tAUX\tVBZ\t_\t4\taux\t_\t_
      3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
      4\train\train\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
      4.1\t_\t_\tVERB\tVB\t_\t_\t_\t_\t_
      5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

      # sent_id = 2
      1\t#\t#\tSYM\tNN\t_\t0\troot\t_\t_
      """;

  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void columnsBetweenBlanks() throws IOException {
    var sentences = Conll.read(file("ner.txt", """
        -DOCSTART- -X- O O

        EU NNP B-NP B-ORG
        rejects VBZ B-VP O
        # # B-NP O

        Oslo NNP  B-NP   B-LOC


        # a remark
        yes UH B-INTJ O"""));
    assertThat(sentences.size()).isEqualTo(3);
    assertThat(sentences.count()).isEqualTo(5);
    assertThat(sentences.tokens(0)).containsExactly("EU", "rejects", "#");
    assertThat(sentences.tags(0)).containsExactly("B-ORG", "O", "O");
    assertThat(sentences.tags(1)).containsExactly("B-LOC");
    assertThat(sentences.tokens(2)).containsExactly("yes");
    assertThat(sentences.where(0, 2)).isEqualTo(folder.resolve("ner.txt") + ", line 5");
    assertThat(sentences.column()).isEqualTo("4");
    assertThat(Conll.read(folder.resolve("ner.txt"), "2").tags(0))
        .containsExactly("NNP", "VBZ", "#");
  }

  @Test
  void universalDependencies() throws IOException {
    var path = file("en.conllu", UNIVERSAL);
    var sentences = Conll.read(path);
    assertThat(sentences.tokens(0)).containsExactly("It", "does", "n't", "rain", ".");
    assertThat(sentences.tags(0)).containsExactly("PRON", "AUX", "PART", "VERB", "PUNCT");
    assertThat(sentences.tokens(1)).containsExactly("#");
    assertThat(sentences.column()).isEqualTo("upos");
    for (var column : List.of("5", "xpos", "XPOS")) {
      assertThat(Conll.read(path, column).tags(0)).containsExactly("PRP", "VBZ", "RB", "VB", ".");
    }
    assertThat(Conll.tokens(path).hasTags()).isFalse();
    assertThat(Conll.tokens(path).tokens(0)).hasSize(5);
    assertThatThrownBy(() -> Conll.read(path, "pos")).isInstanceOf(DataException.class)
        .hasMessageContaining("line 3: there is no column \"pos\", expected 1 to 10 or one of id,");
  }

  @Test
  void gzipAndLettersInTwoParts() throws IOException {
    var path = folder.resolve("a.conll.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write("cafe\u0301\tX\r\n\r\nb\tY\r\n".getBytes(StandardCharsets.UTF_8));
    }
    var sentences = Conll.read(path);
    assertThat(sentences.size()).isEqualTo(2);
    assertThat(sentences.tokens(0)).containsExactly("caf\u00e9");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "a O~b|line 2 has 1 column, but line 1 has 2; give each token as many",
    "a x O~b O|line 2 has 2 columns, but line 1 has 3",
    "a O~b x O|line 2 has 3 columns, but line 1 has 2",
    "a~b|line 1 has 1 column, \"a\", expected at least 2: a token and its tag",
    "-DOCSTART- O~# x|has no tokens; give a token and its tag in each line",
  })
  void refused(String text, String sentence) throws IOException {
    var path = file("bad.conll", text.replace('~', '\n'));
    assertThatThrownBy(() -> Conll.read(path)).isInstanceOf(DataException.class)
        .hasMessageContaining(path.toString()).hasMessageContaining(sentence);
  }

  /// `# s1` before a sentence became a token with the tag `s1`, as it has two columns between
  /// blanks.
  @Test
  void aCommentBetweenLinesWithTabsIsNoToken() throws IOException {
    var sentences = Conll.read(file("comments.conll", """
        # s1
        to\tO
        Oslo\tB-LOC

        # s2
        New York\tB-LOC
        # inside
        #\tO
        """));
    assertThat(sentences.tokens(0)).containsExactly("to", "Oslo");
    assertThat(sentences.tokens(1)).containsExactly("New York", "#");
    assertThat(sentences.tags(1)).containsExactly("B-LOC", "O");
    var mixed = file("mixed.conll", "a\tO\nb O\n");
    assertThatThrownBy(() -> Conll.read(mixed)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 2 has 1 column, but line 1 has 2");
  }

  /// One bad line made all sentences of the file unreadable.
  @Test
  void sentencesAreReadOneByOneAndTokensNeedNoTag() throws IOException {
    var path = folder.resolve("some.conll");
    Files.write(path, "a\tO\nb\n\nc\tO\tX\nd\tO\n\ncaf\u00e9\tO\n\ne\tO\n"
        .getBytes(StandardCharsets.ISO_8859_1));
    var said = new ArrayList<String>();
    try (var in = Texts.lines(path)) {
      Conll.tokens(in, "it", new Conll.Taker() {
        @Override
        public void sentence(List<String> tokens) {
          said.add(String.join(" ", tokens));
        }

        @Override
        public void wrong(String message) {
          said.add(message);
        }

        @Override
        public void flush() {}
      });
    }
    assertThat(said).hasSize(4);
    assertThat(said.get(0)).isEqualTo("a b");
    assertThat(said.get(1)).contains("it, line 4 has 3 columns, but line 1 has 2");
    assertThat(said.get(2)).contains("line 7: not UTF-8");
    assertThat(said.get(3)).isEqualTo("e");
    assertThat(Conll.tokens(file("few.conll", "a\nb O\nc O\n")).tokens(0)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "a_O~b_O~~c_O|true", "# s~a_O~~# t~c_O|true", "-DOCSTART- -X-~a O|true", "a_O~b_O|false",
    "a b~~c d|false", "a_O~~b|false", "a_O~~b_O_X|false", "''|false"
  })
  void whatLooksLikeColumns(String text, boolean is) throws IOException {
    assertThat(Conll.looksLike(file("a.txt", text.replace('~', '\n').replace('_', '\t'))))
        .isEqualTo(is);
  }

  @Test
  void anEmptyCellIsRefused() throws IOException {
    var path = file("bad.conll", "a\tO\n\tO\n");
    assertThatThrownBy(() -> Conll.read(path)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 2: column 1 is empty, expected a token");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    var path = folder.resolve("latin.conll");
    Files.write(path, "caf\u00e9 O\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Conll.read(path)).isInstanceOf(DataException.class)
        .hasMessageContaining("is not UTF-8").hasMessageContaining("line 1");
  }

  @Test
  void jsonLines() throws IOException {
    var path = file("a.jsonl", """
        {"tokens": ["to", "Oslo"], "tags": ["O", "B-LOC"]}

        {"tokens": ["yes"], "tags": ["O"]}
        """);
    var sentences = Sentences.read(path);
    assertThat(sentences.size()).isEqualTo(2);
    assertThat(sentences.tags(0)).containsExactly("O", "B-LOC");
    assertThat(sentences.where(1)).isEqualTo(path + ", line 3");
    assertThat(sentences.some(1).tokens(0)).containsExactly("yes");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{\"tokens\": [\"a\"]}|line 1: there is no array \"tags\"",
    "{\"tokens\": [\"a\", 3], \"tags\": [\"O\", \"O\"]}|line 1: element 2 of \"tokens\" is no text",
    "{\"tokens\": [\"a\", \"b\"], \"tags\": [\"O\"]}|line 1 has 2 tokens, but 1 tags",
    "{\"tokens\": [], \"tags\": []}|line 1 has no tokens",
    "[1]|line 1",
  })
  void jsonThatIsRefused(String text, String sentence) throws IOException {
    var path = file("bad.jsonl", text);
    assertThatThrownBy(() -> Sentences.read(path)).isInstanceOf(DataException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void fromMemory() {
    assertThatThrownBy(() -> Sentences.of(List.of(List.of("a", "b")), List.of(List.of("O"))))
        .isInstanceOf(DataException.class).hasMessageContaining("Sentence 1 has 2 tokens, but 1");
    // Letters in two parts were not those of files, and so not known.
    var two = Sentences.of(List.of(List.of("cafe\u0301")), List.of(List.of("O")));
    assertThat(two.tokens(0)).containsExactly("caf\u00e9");
    assertThat(two).hasToString("1 sentence of the sentences");
    assertThatThrownBy(() -> Sentences.of(List.of(List.of(" ")), List.of(List.of("O"))))
        .isInstanceOf(DataException.class).hasMessageContaining("A token is blank");
  }
}
