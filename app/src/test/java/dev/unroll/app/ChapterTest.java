package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `docs/why-gradients-vanish.md` and its Chinese twin: the commands below the figures run, and
/// both have the same figures, formulas and commands.
class ChapterTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir
  private Path folder;

  static List<String> xrays() throws IOException {
    return commands("why-gradients-vanish.md").stream().filter(line -> line.startsWith("xray"))
        .toList();
  }

  /// With fewer and smaller steps.
  @ParameterizedTest
  @MethodSource("xrays")
  void commandsRun(String command) throws IOException {
    var cells = Files.createDirectories(folder.resolve("docs/cells"));
    try (var files = Files.list(DOCS.resolve("cells"))) {
      for (var file : files.toList()) {
        Files.copy(file, cells.resolve(file.getFileName()));
      }
    }
    var small = command.replaceAll("--time \\d+", "--time 7")
        .replaceAll("--steps [1-9]\\d*", "--steps 2");
    var args = new ArrayList<>(List.of(small.split(" ")));
    args.addAll(List.of("--hidden", "5", "--batch", "3", "--threads", "1"));
    var result = new Commands(folder).run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(Files.readString(folder.resolve("runs/xray.html"))).contains(
        "How far back the gradient reaches", "What the highway carries",
        "Which steps teach the matrices", "Gates that are always open or shut", "The loss surface");
  }

  @Test
  void bothLanguagesHaveTheSameFiguresAndCommands() throws IOException {
    var english = Files.readString(DOCS.resolve("why-gradients-vanish.md"));
    var chinese = Files.readString(DOCS.resolve("why-gradients-vanish.zh.md"));
    var images = found(english, "\\]\\((images/[^)]+)\\)");
    assertThat(images).hasSizeGreaterThan(8).isEqualTo(found(chinese, "\\]\\((images/[^)]+)\\)"));
    for (var image : images) {
      assertThat(DOCS.resolve(image)).exists();
      assertThat(Files.size(DOCS.resolve(image))).as(image).isLessThan(150_000);
    }
    assertThat(commands("why-gradients-vanish.zh.md"))
        .isEqualTo(commands("why-gradients-vanish.md"));
    assertThat(found(chinese, "(arXiv \\d+\\.\\d+)"))
        .isEqualTo(found(english, "(arXiv \\d+\\.\\d+)"));
  }

  /// Each cell that is there has its place in the chapter.
  @Test
  void cellsAreTold() throws IOException {
    var english = Files.readString(DOCS.resolve("why-gradients-vanish.md"));
    try (Stream<Path> files = Files.list(DOCS.resolve("cells"))) {
      assertThat(files).isNotEmpty()
          .allSatisfy(file -> assertThat(english).contains("docs/cells/" + file.getFileName()));
    }
  }

  /// Without what stands in front and behind.
  private static List<String> commands(String file) throws IOException {
    return Files.readAllLines(DOCS.resolve(file)).stream()
        .filter(line -> line.startsWith("    ./unroll "))
        .map(line -> line.substring("    ./unroll ".length()).replaceAll(" +#.*", "").strip())
        .toList();
  }

  private static Set<String> found(String text, String pattern) {
    var found = new TreeSet<String>();
    Pattern.compile(pattern).matcher(text).results().forEach(match -> found.add(match.group(1)));
    return found;
  }
}
