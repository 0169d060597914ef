package dev.unroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What users of the module see, so that it changes on purpose only: whoever adds a public type to
/// an exported package adds a line to `exported-types.txt`.
class ExportedTypesTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern EXPORT = Pattern.compile("exports ([a-z.]+);");

  @Test
  void areThoseOfTheList() throws IOException {
    var found = new ArrayList<String>();
    var module = Files.readString(Path.of("src/main/module/module-info.java"));
    for (var home : EXPORT.matcher(module).results().map(match -> match.group(1)).toList()) {
      try (var files = Files.list(SOURCES.resolve(home.replace('.', '/')))) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          var name = file.getFileName().toString().replace(".java", "");
          var declared = Pattern.compile(
              "^public [^\\n]*\\b(class|record|interface|enum) %s\\b".formatted(name),
              Pattern.MULTILINE);
          if (declared.matcher(Files.readString(file)).find()) {
            found.add(home + "." + name);
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(50);
    assertThat(found).containsExactlyInAnyOrderElementsOf(listed());
  }

  /// A package that is not exported had been left in the documentation of the users' ones.
  @Test
  void theDocumentationHasTheExportedPackagesAlone() throws IOException {
    var module = Files.readString(Path.of("src/main/module/module-info.java"));
    var exported = EXPORT.matcher(module).results().map(match -> match.group(1)).toList();
    var inner = new TreeSet<String>();
    try (var files = Files.walk(SOURCES)) {
      files.filter(file -> file.toString().endsWith(".java"))
          .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
          .filter(home -> !exported.contains(home)).forEach(inner::add);
    }
    var left = Pattern.compile("<excludePackageNames>([^<]*)</excludePackageNames>")
        .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(left.find()).isTrue();
    assertThat(left.group(1).strip().split("\\s*,\\s*")).containsExactlyElementsOf(inner);
  }

  private static List<String> listed() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/dev/unroll/exported-types.txt"));
  }
}
