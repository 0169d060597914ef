package dev.unroll.app.studio.runs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/// Reads the numbers at the beginning of the line of a step without making objects: a log of
/// 100,000 steps has 60 MB and is to be read while somebody waits.
///
/// ```
/// {"step":1,"epoch":1,"loss":4.1,"norm":0.6,"clippedNorm":0.6,"learningRate":8.0E-5,
///  "perSecond":2037,"seconds":1.0,…
/// ```
///
/// A line that has the same fields otherwise is left to the parser of JSON. Not thread-safe.
final class StepLine {
  /// The indices of the numbers.
  static final int STEP = 0;
  static final int LOSS = 2;
  static final int NORM = 3;
  static final int CLIPPED = 4;
  static final int RATE = 5;
  static final int SPEED = 6;
  static final int SECONDS = 7;

  /// The names of the numbers, by index.
  static final List<String> NAMES = List.of("step", "epoch", "loss", "norm", "clippedNorm",
      "learningRate", "perSecond", "seconds");

  private static final byte[][] KEYS = keys();
  private static final byte[] NULL = key("null");

  /// Powers of ten that are exact.
  private static final int EXACT = 22;
  private static final double[] POWERS = powers();

  /// So many digits fit into a long.
  private static final int MOST_DIGITS = 18;

  private final double[] numbers = new double[KEYS.length];
  private int at;

  private static byte[] key(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[][] keys() {
    var keys = new byte[NAMES.size()][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key("%s\"%s\":".formatted(i == 0 ? "{" : ",", NAMES.get(i)));
    }
    return keys;
  }

  private static double[] powers() {
    var powers = new double[EXACT + 1];
    double power = 1;
    for (int i = 0; i <= EXACT; i++) {
      powers[i] = power;
      power *= 10;
    }
    return powers;
  }

  /// Reads a line; false if it is not that of a step.
  boolean read(byte[] bytes, int from, int to) {
    at = from;
    for (int i = 0; i < KEYS.length; i++) {
      if (!skip(bytes, to, KEYS[i]) || !number(bytes, to, i)) {
        return false;
      }
    }
    return true;
  }

  /// A number of the last line; NaN if it was not finite.
  double get(int index) {
    return numbers[index];
  }

  private boolean skip(byte[] bytes, int to, byte[] text) {
    if (to - at < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (bytes[at + i] != text[i]) {
        return false;
      }
    }
    at += text.length;
    return true;
  }

  private boolean number(byte[] bytes, int to, int index) {
    if (skip(bytes, to, NULL)) {
      numbers[index] = Double.NaN;
      return true;
    }
    int start = at;
    boolean negative = at < to && bytes[at] == '-';
    at += negative ? 1 : 0;
    int begin = at;
    long digits = 0;
    int count = 0;
    int scale = 0;
    boolean fraction = false;
    for (; at < to; at++) {
      byte b = bytes[at];
      if (b >= '0' && b <= '9') {
        if (count < MOST_DIGITS) {
          digits = 10 * digits + (b - '0');
          count += digits == 0 ? 0 : 1;
          scale -= fraction ? 1 : 0;
        } else {
          scale += fraction ? 0 : 1;
        }
      } else if (b == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (at == begin) {
      return false;
    }
    scale += exponent(bytes, to);
    numbers[index] = Math.abs(scale) <= EXACT ? (negative ? -1 : 1) * scaled(digits, scale)
        : Double.parseDouble(new String(bytes, start, at - start, US_ASCII));
    return true;
  }

  private int exponent(byte[] bytes, int to) {
    if (at >= to || bytes[at] != 'E' && bytes[at] != 'e') {
      return 0;
    }
    at++;
    boolean negative = at < to && bytes[at] == '-';
    at += at < to && (negative || bytes[at] == '+') ? 1 : 0;
    int exponent = 0;
    for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      exponent = Math.min(1_000, 10 * exponent + (bytes[at] - '0'));
    }
    return negative ? -exponent : exponent;
  }

  /// Exact to the last digits, of which no curve shows more than six.
  private static double scaled(long digits, int scale) {
    return scale < 0 ? digits / POWERS[-scale] : digits * POWERS[scale];
  }
}
