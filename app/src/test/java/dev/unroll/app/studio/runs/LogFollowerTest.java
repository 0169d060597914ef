package dev.unroll.app.studio.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.run.report.Curves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFollowerTest {
  private static final String HEAD = "{\"cell\":\"lstm\",\"epochs\":3}\n";

  @TempDir
  private Path folder;

  private static String step(long step, double loss) {
    return String.format(Locale.ROOT, "{\"step\":%d,\"epoch\":1,\"loss\":%s,\"norm\":2.0,"
        + "\"clippedNorm\":1.0,\"learningRate\":8.0E-5,\"perSecond\":2037,\"seconds\":0.5,"
        + "\"cosine\":1.0,\"updates\":{\"U\":0.00%d}}%n", step, loss, 1 + step % 9);
  }

  private LogFollower follower(String text) throws IOException {
    var file = Files.writeString(folder.resolve("log.jsonl"), text.replace("\r\n", "\n"));
    var log = new LogFollower(file);
    assertThat(log.follow()).isTrue();
    return log;
  }

  private void append(String text) throws IOException {
    Files.writeString(folder.resolve("log.jsonl"), text, StandardOpenOption.APPEND);
  }

  /// As many as are never in memory at once: 100,000 steps become at most a thousand points whose
  /// means are those of all steps.
  @Test
  void aLongLogBecomesFewPoints() throws IOException {
    int steps = 100_000;
    var text = new StringBuilder(HEAD);
    for (int i = 1; i <= steps; i++) {
      text.append(step(i, i));
    }
    var log = follower(text.toString());
    assertThat(log.points()).hasSizeBetween(Curves.MOST / 2, Curves.MOST);
    assertThat(log.points().stream().mapToInt(Curves.Point::steps).sum()).isEqualTo(steps);
    assertThat(log.points().stream().mapToDouble(p -> p.steps() * p.loss()).sum())
        .isEqualTo(steps * (steps + 1.0) / 2);
    assertThat(log.points()).allMatch(p -> p.effect().ratios().containsKey("U"));
    assertThat(log.steps()).isEqualTo(steps);
    assertThat(log.settings()).containsEntry("cell", "lstm");
  }

  @Test
  void whatIsAppendedIsReadOnceAndALineThatIsCutShortWhenItIsWhole() throws IOException {
    var log = follower(HEAD + step(1, 4));
    assertThat(log.follow()).isFalse();
    var next = step(2, 3);
    append(next.substring(0, 40));
    log.follow();
    assertThat(log.points()).hasSize(1);
    append(next.substring(40) + "{\"step\":2,\"event\":\"learning rate\",\"learningRate\":0.1}\n"
        + "{\"step\":2,\"epoch\":1,\"trainLoss\":3.5,\"validationLoss\":3.2,\"best\":true}\n");
    assertThat(log.follow()).isTrue();
    assertThat(log.points()).extracting(Curves.Point::loss).containsExactly(4.0, 3.0);
    assertThat(log.epochs()).hasSize(1);
    assertThat(log.rates()).hasSize(1);
  }

  /// A run that goes on from its checkpoint drops lines, and may have written as many again.
  @Test
  void aLogThatWasWrittenAnewIsReadAnew() throws IOException {
    var log = follower(HEAD + step(1, 4) + step(2, 3));
    Files.writeString(folder.resolve("log.jsonl"), HEAD + step(1, 4) + step(2, 5) + step(3, 6),
        UTF_8);
    assertThat(log.follow()).isTrue();
    assertThat(log.points()).extracting(Curves.Point::loss).containsExactly(4.0, 5.0, 6.0);
    Files.writeString(folder.resolve("log.jsonl"), HEAD);
    log.follow();
    assertThat(log.points()).isEmpty();
  }

  /// Such a log, of another program or printed anew, had no steps.
  @Test
  void spacesAndOrderAreFree() throws IOException {
    var plain = follower(HEAD + step(1, 4) + step(2, 3)).points();
    var spaced = follower((HEAD + step(1, 4) + step(2, 3)).replace(":", ": ").replace(",", ", "));
    assertThat(spaced.points()).isEqualTo(plain);
    assertThat(spaced.damage()).isEmpty();
    var turned = follower(HEAD + "{\"loss\":null,\"step\":7,\"learningRate\":0.5}\n");
    assertThat(turned.steps()).isEqualTo(7);
    assertThat(turned.points().getFirst().loss()).isNaN();
    assertThat(turned.points().getFirst().learningRate()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.176852483066653", "8.0E-5", "1.5999995542203017E-4", "0.0", "-3.25",
    "123456789012", "1.0E300", "4.9E-324", "1e-7", "12345678901234567890.5", "0.000000000000001"})
  void numbersAreThoseOfJava(String number) {
    var line = ("{\"step\":1,\"epoch\":1,\"loss\":%s,\"norm\":1,\"clippedNorm\":1,"
        + "\"learningRate\":1,\"perSecond\":1,\"seconds\":1}").formatted(number).getBytes(UTF_8);
    var read = new StepLine();
    assertThat(read.read(line, 0, line.length)).isTrue();
    double expected = Double.parseDouble(number);
    assertThat(read.get(StepLine.LOSS)).isBetween(expected - Math.abs(expected) * 1e-14,
        expected + Math.abs(expected) * 1e-14);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"step\":1", "{\"step\":,\"epoch\":1}", "{\"epoch\":1}",
    "{\"step\":1,\"epoch\":1,\"loss\":x}", "{\"step\":1,\"epoch\":1,\"trainLoss\":1}"})
  void otherLinesAreNoSteps(String line) {
    var bytes = line.getBytes(UTF_8);
    assertThat(new StepLine().read(bytes, 0, bytes.length)).isFalse();
  }
}
