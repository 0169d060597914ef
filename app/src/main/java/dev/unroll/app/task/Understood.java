package dev.unroll.app.task;

import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import java.util.Map;

/// What a task has understood, as a line for the person at the keyboard, with the options that change it.
public final class Understood {
  private Understood() {}

  /// The line.
  ///
  /// @param options that change what is understood, by what it is about
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
    return "%-9s %s%s".formatted(about, one.text(), option.isEmpty() ? "" : "  (" + option + ")");
  }
}
