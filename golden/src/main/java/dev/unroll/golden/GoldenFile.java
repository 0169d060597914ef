package dev.unroll.golden;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;

/// One golden file before it is written.
///
/// @param name    the case, also the name of the file without `.json`
/// @param origin  the foreign system, its version and the precision it computed in
/// @param notes   what a reader must know: equations, gate order, loss
/// @param tensors in the order of the file
record GoldenFile(String name, String origin, String notes, Map<String, Numbers> tensors) {
  /// Keeps the rounding errors of `double`, which differ between processors, out of the text, and
  /// holds every multiple of 1/1024 exactly.
  private static final int DECIMALS = 10;

  /// The file's content: JSON with one tensor a line, so that differences read well.
  String text() {
    StringJoiner lines = new StringJoiner(",\n", "  \"tensors\": {\n", "\n  }\n");
    tensors.forEach((key, tensor) -> lines.add("    " + quoted(key) + ": " + json(tensor)));
    return "{\n"
        + field("origin", origin)
        + field("command", "dev/golden")
        + field("case", name)
        + field("notes", notes)
        + lines
        + "}\n";
  }

  private static String field(String key, String value) {
    return "  " + quoted(key) + ": " + quoted(value) + ",\n";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static String json(Numbers tensor) {
    StringJoiner values = new StringJoiner(", ", "[", "]");
    for (double value : tensor.values()) {
      values.add(decimal(value));
    }
    return "{\"shape\": " + Arrays.toString(tensor.shape()) + ", \"values\": " + values + "}";
  }

  private static String decimal(double value) {
    BigDecimal rounded = new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
    return rounded.stripTrailingZeros().toPlainString();
  }
}
