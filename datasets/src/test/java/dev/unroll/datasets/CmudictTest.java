package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Cmudict.Word;
import dev.unroll.score.SequenceErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CmudictTest {
  private static final Cmudict CMUDICT = Cmudict.load();

  @TempDir
  Path folder;

  @Test
  void theDivisionIsTheUsualOne() {
    // Words of the files, counted with another program; Yao and Zweig: 106,837 and about 12,000.
    assertThat(CMUDICT.train()).hasSize(106_794);
    assertThat(CMUDICT.validation()).hasSize(5_447);
    assertThat(CMUDICT.test()).hasSize(11_994);
    assertThat(CMUDICT.letters().size()).isEqualTo(27);
    assertThat(CMUDICT.phones().size()).isEqualTo(39);
    var trained = new HashSet<String>();
    CMUDICT.train().forEach(word -> trained.add(word.spelling()));
    assertThat(CMUDICT.test()).noneMatch(word -> trained.contains(word.spelling()));
    assertThat(CMUDICT.validation()).allMatch(word -> trained.contains(word.spelling()));
    assertThat(CMUDICT.test().getFirst())
        .isEqualTo(new Word("ABADI", List.of(List.of("AH", "B", "AE", "D", "IY"))));
  }

  @Test
  void wordsToValidateAreNotTrainedOn() {
    var split = CMUDICT.split();
    // Different lines of train without the words to validate.
    assertThat(split).hasToString(
        "Split(107,882 to train, 5,447 to validate, 11,994 to test)");
    assertThat(CMUDICT.wholeSplit()).hasToString(
        "Split(114,120 to train, 0 to validate, 11,994 to test)");
    var first = split.test().getFirst();
    assertThat(CMUDICT.letters().decode(((Symbols) first.input()).symbols())).isEqualTo("ABADI");
    assertThat(CMUDICT.phones().decode(((Symbols) first.target()).symbols()))
        .containsExactly("AH", "B", "AE", "D", "IY");
  }

  @Test
  void theClosestOfSeveralPronunciationsCounts() {
    var word = CMUDICT.test()
        .stream()
        .filter(some -> some.spelling().equals("DIRECTIONLESS"))
        .findFirst()
        .orElseThrow();
    assertThat(word.pronunciations()).hasSize(4);
    var errors = new SequenceErrors();
    errors.add(
        CMUDICT.phones()
            .encode(List.of("D", "IY", "R", "EH", "K", "SH", "IH", "N", "L", "AH", "S")),
        CMUDICT.references(word));
    assertThat(errors.sequenceErrorRate()).isZero();
    errors.add(
        CMUDICT.phones().encode(List.of("D", "IY", "R", "EH", "K", "SH", "IH", "N", "L", "AH")),
        CMUDICT.references(word));
    assertThat(errors.sequenceErrorRate()).isCloseTo(0.5, within(1e-12));
    assertThat(errors.symbolErrorRate()).isCloseTo(1.0 / 22, within(1e-12));
  }

  @Test
  void aLineThatIsSomethingElseIsNamed() throws Exception {
    Files.writeString(folder.resolve("cmudict-0.7b.train"), "A  AH\nB  B IY\n");
    Files.writeString(folder.resolve("cmudict-0.7b.train-dev-1-21"), "B  B IY\n");
    var test = Files.writeString(folder.resolve("cmudict-0.7b.test"), "C  S IY\n");
    assertThat(Cmudict.read(folder).split())
        .hasToString("Split(1 to train, 1 to validate, 1 to test)");
    Files.writeString(test, "C  S IY\nD D IY\n");
    assertThatThrownBy(() -> Cmudict.read(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(
            test + ", line 2: expected \"WORD  PH PH PH\" with two spaces behind the word.");
  }
}
