package dev.unroll.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// File names with letters beyond ASCII in the locale C, as cron and containers have it: they had
/// failed with Java's own words, or with "there is no such file".
@EnabledOnOs(OS.LINUX)
class FileNamesTest {
  /// So that the name of this source's own locale does not matter.
  private static final String NAME = "b\\303\\274cher.jsonl";

  @TempDir
  private Path folder;

  @Test
  void withoutTheStartScriptTheSentenceSaysWhatToSet() throws Exception {
    var commands = new Commands(folder);
    var java = String.join(" ", commands.builder(List.of(), List.of("info")).command());
    // The shell writes the bytes of the name, whatever the locale of this JVM is.
    var result = shell("LC_ALL=C " + java + " \"$(printf '%s')\"".formatted(NAME));
    assertThat(result).contains("exit 2").doesNotContain("there is no")
        .contains("has letters that the locale of this process (ANSI_X3.4-1968) cannot tell; set"
            + " LC_ALL to a UTF-8 locale, such as C.UTF-8");
  }

  @Test
  void aNameOutOfAFileThatCannotBeToldIsOneSentence() {
    var failure = new InvalidPathException("b\u0000cher", "Nul character not allowed");
    assertThat(Failure.isExpected(failure)).isTrue();
    assertThat(Failure.sentence(failure)).startsWith("'b·cher' can be no file name in the locale")
        .contains(": Nul character not allowed; ").hasLineCount(1);
  }

  /// The function of the start script by itself: starting all of it would build.
  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL= LANG=", "LC_ALL= LC_CTYPE=C",
    "LC_ALL=xx_XX.UTF-8"})
  void theStartScriptChoosesALocaleOfUtf8(String locale) throws Exception {
    var function = choosing() + "\nchoose_locale\nx=$'\\xc3\\xbc'; echo length ${#x}\n"
        + "sh -c 'echo LC_ALL=$LC_ALL'";
    assertThat(script(locale, function)).contains("length 1")
        .containsPattern("LC_ALL=.*(?i)utf-?8");
  }

  @Test
  void theStartScriptLeavesALocaleOfUtf8AsItIs() throws Exception {
    var function = choosing() + "\nchoose_locale\nsh -c 'echo LC_ALL=$LC_ALL LANG=$LANG'";
    assertThat(script("LC_ALL= LANG=C.UTF-8", function)).contains("LC_ALL= LANG=C.UTF-8");
  }

  private static String choosing() throws IOException {
    var script = Files.readString(Path.of("..", "unroll"));
    int from = script.indexOf("choose_locale() {");
    return "set -euo pipefail\nroot=/\n"
        + script.substring(from, script.indexOf("\n}\n", from) + 3);
  }

  private String script(String locale, String text) throws Exception {
    var file = Files.writeString(folder.resolve("part"), text);
    return shell("env %s bash %s".formatted(locale, file));
  }

  private static String shell(String line) throws IOException, InterruptedException {
    var process = new ProcessBuilder("bash", "-c", line + "; echo exit $?")
        .redirectErrorStream(true).start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(),
        UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return text;
  }
}
