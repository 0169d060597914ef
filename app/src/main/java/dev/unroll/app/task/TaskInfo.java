package dev.unroll.app.task;

import dev.unroll.app.console.ShellWord;
import dev.unroll.format.FormatException;
import dev.unroll.task.TaskFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What the file of a task says of its data and settings, for `unroll info`.
///
/// @param file the file
public record TaskInfo(TaskFile file) {
  private static final String NOTES = "notes";
  private static final String REPORT = "report";

  /// The longest value that is printed.
  private static final int LONGEST = 80;

  /// Its lines: what was understood before training if the file has it, else the settings.
  ///
  /// @param path of the run, for the command that prints the figures
  public String text(String path) throws FormatException {
    var lines = new StringBuilder("task         %s\n".formatted(file.task()));
    var fields = file.fields();
    if (fields.has(NOTES)) {
      fields.strings(NOTES).forEach(note -> lines.append("             %s\n".formatted(note)));
    } else {
      settings().forEach((name, value) -> lines.append("  %-10s %s\n".formatted(name, value)));
    }
    if (fields.has(REPORT)) {
      lines.append("figures      printed by %s evaluate %s\n"
          .formatted(System.getProperty("unroll.command", "./unroll"), ShellWord.of(path)));
    }
    return lines.toString();
  }

  private SequencedMap<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    file.fields().values().forEach((name, value) -> {
      var text = shown(value);
      if (!name.equals(REPORT) && !name.equals("task") && text.length() <= LONGEST) {
        settings.put(name, text);
      }
    });
    return settings;
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Map<?, ?> map -> {
        var parts = new StringBuilder();
        map.forEach((key, one) -> parts.append(parts.isEmpty() ? "" : ", ").append(key).append(' ')
            .append(one));
        yield parts.toString();
      }
      case List<?> list -> String.join(", ", list.stream().map(String::valueOf).toList());
      default -> value.toString();
    };
  }

  /// All that the file says, for JSON.
  public SequencedMap<String, @Nullable Object> fields() {
    return file.fields().values();
  }
}
