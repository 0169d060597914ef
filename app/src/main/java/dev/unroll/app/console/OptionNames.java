package dev.unroll.app.console;

import java.util.regex.Pattern;

/// Messages of the library on the command line: where they name a method, the option that does the
/// same, `target(…)` as `--target` and `step("1h")` as `--step 1h`.
public final class OptionNames {
  private static final Pattern METHOD = Pattern.compile(
      "\\b(target|time|id|past|known|step|season|only|label)\\((?:…|\"([^\"]*)\")\\)");

  private OptionNames() {}

  /// The message with options instead of methods.
  public static String in(String message) {
    return METHOD.matcher(message.replace("withoutTime()", "--time none")
        .replace("Horizon.steps(…)", "--horizon N"))
        .replaceAll(found -> "--" + found.group(1)
            + (found.group(2) == null ? "" : " " + found.group(2).replace("$", "\\$")));
  }
}
