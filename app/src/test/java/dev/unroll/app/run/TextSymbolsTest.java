package dev.unroll.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.app.Commands;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `unroll train text` by bytes and subwords, on a folder of texts.
class TextSymbolsTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    Files.createDirectories(folder.resolve("texts/b"));
    Files.writeString(folder.resolve("texts/2.txt"), "le café est là\n".repeat(60));
    Files.writeString(folder.resolve("texts/b/1.txt"), "the tea is there".repeat(30));
    Files.writeString(folder.resolve("texts/.hidden"), "\u0001");
  }

  private Commands.Result train(String... more) {
    var args = new ArrayList<>(List.of("train", "text", "--data", "texts", "--out", "run",
        "--hidden", "5", "--embedding", "4", "--batch", "2", "--time", "8", "--threads", "1",
        "--sample", "10"));
    args.addAll(List.of(more));
    return commands.run(args);
  }

  @ParameterizedTest
  @CsvSource({"byte, bytes, Byte", "subword, subwords, Subword"})
  void itIsTrainedAndWrites(String unit, String units, String capital) throws IOException {
    var trained = train("--tokens", unit, "--merges", "20", "--epochs", "1");
    assertThat(trained.err()).isEmpty();
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out()).contains("nats per " + unit, units + " of ", units + " in time");
    assertThat(Files.readString(folder.resolve("run/report.html"))).contains("bits per byte");

    var found = JsonFields.parse(commands.run("evaluate", "run", "--json").out(), "evaluate");
    double loss = found.number("natsPer" + capital);
    int symbols = found.integer(units);
    int length = Files.readString(folder.resolve("texts/2.txt")).length()
        + Files.readString(folder.resolve("texts/b/1.txt")).length() + 1;
    int bytes = length - (int) (0.9 * length); // the last tenth has ASCII alone
    assertThat(found.number("bitsPerByte")).isCloseTo(loss * symbols / bytes / Math.log(2),
        within(1e-9));
    assertThat(found.number("bitsPerCharacter")).isEqualTo(found.number("bitsPerByte"));

    var written =
        commands.run("generate", "run", "--prompt", "ж é", "--length", "20", "--seed", "1");
    assertThat(written.err()).isEmpty();
    assertThat(written.out()).startsWith("ж é").isEqualTo(
        commands.run("generate", "run", "--prompt", "ж é", "--length", "20", "--seed", "1").out());
    assertThat(commands.run("info", "run").exitCode()).isZero();
    assertThat(commands.run("train", "--resume", "run").exitCode()).isZero();
  }

  /// A text has fewer subwords than characters.
  @Test
  void subwordsHaveAsManyStepsAsCharacters() {
    assertThat(train("--tokens", "byte", "--sample", "0").out()).contains("train    6 epochs");
    var trained =
        commands.run("train", "text", "--data", "texts", "--out", "other", "--hidden", "5",
            "--embedding", "4", "--batch", "2", "--time", "8", "--threads", "1", "--sample", "0",
            "--tokens", "subword", "--merges", "20", "--patience", "1");
    assertThat(trained.out()).containsPattern("train    [1-9][0-9] epochs");
  }

  @Test
  void anEmptyFolderIsOneSentence() throws IOException {
    Files.createDirectories(folder.resolve("none"));
    var result = commands.run("train", "text", "--data", "none");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("has no file; give one with texts");
  }
}
