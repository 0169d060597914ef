package dev.unroll.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.layer.Merge;
import dev.unroll.model.Feeding;
import dev.unroll.table.Sentences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every example in a small setting: it runs to its end, and its loss falls.
class ExamplesTest {
  private static final Path SUNSPOTS = Path.of("data/monthly-sunspots.csv");

  /// The slots of SNIPS, in a data set of its form: 3 utterances to train on, of which 1 validates,
  /// and 1 to test.
  @Test
  void snipsSlots(@TempDir Path folder) throws IOException {
    var utterance = "{\"data\": [{\"text\": \"Add it to \"}, {\"text\": \"Young at Heart\", "
        + "\"entity\": \"playlist\"}, {\"text\": \", please.\"}]}";
    Files.writeString(folder.resolve("train_Add_full.json"),
        "{\"Add\": [%s, %s, %s]}".formatted(utterance, utterance, utterance));
    Files.writeString(folder.resolve("validate_Add.json"), "{\"Add\": [%s]}".formatted(utterance));
    var to = folder.resolve("out");
    SnipsSlots.run(folder, to, 1);
    assertThat(Files.readAllLines(to.resolve("train.jsonl"))).hasSize(2);
    assertThat(Files.readAllLines(to.resolve("dev.jsonl"))).hasSize(1);
    var test = Sentences.read(to.resolve("test.jsonl"));
    assertThat(test.tokens(0))
        .containsExactly("Add", "it", "to", "Young", "at", "Heart", ",", "please", ".");
    assertThat(test.tags(0)).containsExactly("O", "O", "O", "B-playlist", "I-playlist",
        "I-playlist", "O", "O", "O");
  }

  @Test
  void nationalityOfName() throws IOException {
    assertFell(NationalityOfName.run(1_000, 12, 3));
  }

  @ParameterizedTest
  @EnumSource
  void namesOfNationality(Feeding feeding) throws IOException {
    assertFell(NamesOfNationality.run(feeding, 500, 12, 3));
  }

  @Test
  void nextChord() throws IOException {
    assertFell(NextChord.run(16, 12, 3));
  }

  @Test
  void lostChords() throws IOException {
    assertFell(LostChords.run(Merge.CONCATENATE, 16, 8, 3));
    assertFell(LostChords.run(null, 16, 8, 3));
  }

  @Test
  void pronunciation() throws IOException {
    assertFell(Pronunciation.run(500, 12, 3));
  }

  @Test
  void ownCell() throws IOException {
    assertFell(OwnCell.run(500, 8, 3));
  }

  @Test
  void sunspotForecast() throws IOException {
    assertFell(SunspotForecast.run(SUNSPOTS, 200, 8, 3));
  }

  @Test
  void numentaBenchmark(@TempDir Path folder) throws IOException {
    var text = new StringBuilder("timestamp,value\n");
    for (int t = 0; t < 600; t++) {
      text.append("%s:00,%s\n".formatted(LocalDateTime.of(2016, 1, 1, 0, 0).plusHours(t)
          .toString().replace('T', ' '),
          Math.sin(2 * Math.PI * t / 24) + 0.1 * Math.sin(7.3 * t)
              + (t == 300 ? 9 : 0)));
    }
    Files.writeString(folder.resolve("made__up.csv"), text);
    Files.writeString(folder.resolve("windows.json"), """
        {"made/up.csv": [["2016-01-13 12:00:00.000000", "2016-01-14 12:00:00.000000"]]}""");
    assertThat(NumentaBenchmark.run(folder, 1)).allMatch(score -> score > 90);
  }

  @Test
  void missingMonths() throws IOException {
    assertFell(MissingMonths.run(SUNSPOTS, 200, 8, 3));
  }

  @Test
  void killedAndResumed(@TempDir Path folder) throws IOException {
    assertFell(KilledAndResumed.run(folder, 500, 8, 3));
  }

  private static void assertFell(List<Double> losses) {
    assertThat(losses).hasSize(3);
    assertThat(losses.getLast()).as("validation losses %s", losses).isLessThan(losses.getFirst());
  }

  /// Examples that nobody finds do not document anything.
  @Test
  void theReadmeListsEveryExample() throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/unroll/examples"))) {
      var examples = files.map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !List.of("package-info", "Curve", "quickstart").contains(name))
          .toList();
      assertThat(examples).hasSizeGreaterThan(5)
          .allSatisfy(name -> assertThat(readme).contains("examples/run " + name));
    }
  }
}
