package dev.unroll.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairsTest {
  @TempDir
  private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /// Sentences have quotes of their own, which a reader of CSV takes for quoted cells.
  @Test
  void cellsBetweenTabsAreTakenAsTheyAre() throws IOException {
    var pairs = Pairs.tsv(write("a.tsv", "\"Look,\" he said.\t« Regarde », dit-il.\nGo.\tVa !\n"));
    assertThat(pairs.sources()).containsExactly("\"Look,\" he said.", "Go.");
    assertThat(pairs.targets()).containsExactly("« Regarde », dit-il.", "Va !");
    assertThat(pairs.columns()).containsExactly("column 1", "column 2");
    assertThat(pairs.where(1)).endsWith("a.tsv, line 2");
  }

  @ParameterizedTest
  @CsvSource({"word,phones", "Source,Target", "phones,word"})
  void aHeadOfUsualNamesIsAHead(String first, String second) throws IOException {
    var pairs = Pairs.tsv(write("a.tsv", first + "\t" + second + "\tnote\na\tA\nb\tB\n"));
    assertThat(pairs.size()).isEqualTo(2);
    boolean turned = first.equals("phones");
    assertThat(pairs.sources()).containsExactlyElementsOf(
        turned ? List.of("A", "B") : List.of("a", "b"));
    assertThat(pairs.reasons()).containsExactly(
        "\"%s\" by its name".formatted(turned ? second : first),
        "\"%s\" by its name".formatted(turned ? first : second));
  }

  @Test
  void columnsAreNamedOrNumbered() throws IOException {
    var plain = write("a.tsv", "1\tva\tgo\n2\tviens\tcome\n");
    assertThat(Pairs.read(plain, "3", "2").sources()).containsExactly("go", "come");
    var named = write("b.tsv", "id\tfr\ten\n1\tva\tgo\n");
    assertThat(Pairs.read(named, "fr", "en").targets()).containsExactly("go");
    assertThatThrownBy(() -> Pairs.read(named, "fr", "fr")).isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "b.tsv: the column \"fr\" cannot be both source and target; name another one.");
    assertThatThrownBy(() -> Pairs.read(named, "fra", null))
        .hasMessageContaining("has no column \"fra\"");
  }

  @Test
  void csvAndJsonLinesAreRead() throws IOException {
    var csv = write("a.csv", "word;ipa\nnight;naɪt\n");
    assertThat(Pairs.csv(csv).targets()).containsExactly("naɪt");
    var json = write("a.jsonl", "{\"target\": \"B\", \"source\": \"b\"}\n");
    assertThat(Pairs.read(json, null, null).sources()).containsExactly("b");
    assertThat(Pairs.jsonLines(json).targets()).containsExactly("B");
  }

  @Test
  void linesOfTwoFilesBelongTogether() throws IOException {
    var pairs = Pairs.lines(write("a.fr", "va\nviens\n"), write("a.en", "go\r\ncome"));
    assertThat(pairs.sources()).containsExactly("va", "viens");
    assertThat(pairs.targets()).containsExactly("go", "come");
    assertThat(pairs.where(1)).endsWith("a.fr, line 2");
    assertThat(pairs.named("x", "y")).isEmpty();
    var longer = write("b.en", "go\ncome\ncome on\n");
    assertThatThrownBy(() -> Pairs.lines(folder.resolve("a.fr"), longer))
        .isInstanceOf(DataException.class)
        .hasMessage("%s has 2 lines, but %s has 3; expected as many, line by line the same pair."
            .formatted(folder.resolve("a.fr"), longer));
  }

  @Test
  void pairsWithAnEmptySideAreLeftOut() throws IOException {
    var pairs = Pairs.lines(write("a.fr", "va\n\nviens\n"), write("a.en", "go\n\n \n"));
    assertThat(pairs.sources()).containsExactly("va");
    assertThat(pairs.skipped()).hasSize(2);
    assertThat(pairs.skipped().getLast()).endsWith("a.en, line 3, column \"target\"");
    assertThatThrownBy(() -> Pairs.of(List.of(""), List.of("x"))).hasMessage("the list of pairs: "
        + "each pair has an empty side, expected at least one with a source and a target.");
  }

  @Test
  void whatCannotBeReadIsToldWithItsLine() throws IOException {
    var none = write("a.tsv", "a\tb\n\nno tab\n");
    assertThatThrownBy(() -> Pairs.tsv(none)).isInstanceOf(DataException.class).hasMessage(
        none + ", line 3: there is no tab; give a source, a tab and a target in each line.");
    var first = write("b.tsv", "word\n");
    assertThatThrownBy(() -> Pairs.tsv(first)).hasMessageContaining("line 1: there is no tab");
    var empty = write("c.tsv", "\n");
    assertThatThrownBy(() -> Pairs.tsv(empty)).hasMessageContaining("is empty");
    var latin = Files.write(folder.resolve("d.tsv"), "été\tsummer\n".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> Pairs.tsv(latin)).hasMessageContaining("is not UTF-8")
        .hasMessageContaining("line 1");
    var single = write("e.csv", "word\nx\n");
    assertThatThrownBy(() -> Pairs.csv(single))
        .hasMessageEndingWith("has one column only, \"word\"; expected a source and a target, "
            + "in two columns or in two files.");
    assertThatThrownBy(() -> Pairs.of(List.of("a"), List.of()))
        .hasMessage("There are 1 sources and 0 targets, expected as many.");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstSource() throws IOException {
    assertThat(Pairs.tsv(write("a.tsv", "\uFEFFa\tb\n")).sources()).containsExactly("a");
  }
}
