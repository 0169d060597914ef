package dev.unroll.bench.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnsTest {
  /// Each of them was a stack trace.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "--turns x   | --turns", "--turns     | --turns", "--turn 3    | --turn", "nosuch | nosuch",
    "--threads 0 | --threads is 0, expected 1 to 1024", "--turns 0 | --turns is 0, expected",
    "--seconds NaN | --seconds is NaN, expected above 0", "--seconds 0 | --seconds is 0.0",
    "--processor --threads 2 | leave one out"})
  void whatCannotBeIsOneSentence(String words, String named) {
    var said = new StringWriter();
    int code = Turns.line().setErr(new PrintWriter(said)).execute(words.strip().split(" +"));
    assertThat(code).isEqualTo(2);
    assertThat(said.toString()).startsWith("bench/training/run: ").contains(named)
        .doesNotContain("Exception").hasLineCount(1);
  }

  /// A ratio of 0.16 stood there as if it said something of the libraries.
  @Test
  void aMachineThatWasNotIdleIsNamed() {
    var alone = new Crowd.Times(10, 10.2, 0.1);
    var shared = new Crowd.Times(10, 4, 5.8);
    assertThat(Crowd.of(alone, alone).note(false)).isEmpty();
    assertThat(Crowd.of(alone, shared).note(false)).contains("40 %", "58 %",
        "the machine was not idle", "these figures mean nothing; use --processor");
    assertThat(Crowd.of(shared, alone).note(false)).contains("was not idle");
    assertThat(Crowd.of(shared, shared).note(true)).isEmpty();
    // Two threads on a shared machine may still run for the time of one.
    assertThat(Crowd.of(alone, new Crowd.Times(10, 11, 8)).note(false)).contains("was not idle");
  }

  @Test
  void aForeignWarningIsLeftOut() {
    var out = new ByteArrayOutputStream();
    Trainee.pass(new ByteArrayInputStream("""
        Warning: Versions of org.bytedeco:javacpp:1 and org.bytedeco:openblas:2 do not match.
        an error of ours
        """.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("an error of ours");
  }
}
