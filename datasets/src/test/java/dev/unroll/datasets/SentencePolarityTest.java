package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePolarityTest {
  private static final SentencePolarity POLARITY = SentencePolarity.load();

  @TempDir
  Path folder;

  @Test
  void allSentencesAreThere() {
    // From the README.
    assertThat(POLARITY.sentences()).hasSize(2 * 5331);
    assertThat(POLARITY.labels()).filteredOn(label -> label == 1).hasSize(5331);
    assertThat(POLARITY.sentences().getFirst())
        .containsExactly("simplistic", ",", "silly", "and", "tedious", ".");
    assertThat(POLARITY.labels().getFirst()).isZero();
    assertThat(POLARITY.labels().getLast()).isEqualTo(1);
  }

  @Test
  void aFoldKnowsTheWordsOfItsTrainingPart() {
    var fold = POLARITY.fold(3, 1, 2);
    assertThat(fold.split()).hasToString("Split(8,530 to train, 1,066 to validate, 1,066 to test)");
    assertThat(fold.words().token(0)).isEqualTo(Tokens.UNKNOWN);
    int[] counts = new int[fold.words().size()];
    for (var example : fold.split().train()) {
      for (int word : ((Symbols) example.input()).symbols()) {
        counts[word]++;
      }
    }
    assertThat(Arrays.stream(counts).skip(1)).allMatch(count -> count >= 2);
    assertThat(POLARITY.fold(4, 1, 2).split().test()).isNotEqualTo(fold.split().test());
  }

  @Test
  void damageIsNamed() throws Exception {
    var file = Files.writeString(folder.resolve("polarity.zip"), "no zip");
    assertThatThrownBy(() -> SentencePolarity.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + " has no rt-polarity.neg; give the zip file of sentence polarity 1.0.");
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("a/rt-polarity.neg"));
      out.write("bad .\n".repeat(1000).getBytes(UTF_8));
      out.putNextEntry(new ZipEntry("a/rt-polarity.pos"));
      out.write("good .\n\nfine .\n".getBytes(UTF_8));
    }
    assertThat(SentencePolarity.read(file).labels()).hasSize(1002);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, 50));
    assertThatThrownBy(() -> SentencePolarity.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + " is a damaged zip file: ");
  }
}
