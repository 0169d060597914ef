package dev.unroll.app.task;

import dev.unroll.app.console.OptionNames;
import dev.unroll.app.console.Terminal;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import java.util.Map;
import java.util.function.Consumer;

/// Formats a finding of a task as a line for the user, with the options that change it.
public final class Understood {
  private Understood() {}

  /// The line of a finding.
  ///
  /// @param options that change a finding, by its topic
  public static String line(Understanding one, Map<About, String> options) {
    var about = switch (one.about()) {
      case DATA -> "data";
      case DOUBT -> "  note";
      case INPUT -> "reads";
      case SPLIT -> "split";
      case MODEL -> "model";
      case TRAINING -> "training";
    };
    var option = options.getOrDefault(one.about(), "");
    return "%-9s %s%s".formatted(about, OptionNames.in(one.text()),
        option.isEmpty() ? "" : "  (" + option + ")");
  }

  /// Prints each finding as a line.
  ///
  /// @param quiet whether to print nothing
  public static Consumer<Understanding> printer(Terminal terminal, boolean quiet,
      Map<About, String> options) {
    return quiet ? _ -> {} : one -> terminal.println(line(one, options));
  }
}
