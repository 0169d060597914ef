package dev.unroll.table.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Parses decimal numbers of cells: `-12`, `.5`, `1e-3`. Other forms that Java accepts are refused:
/// `1d`, `2f`, `0x1p3`.
public final class Decimal {
  /// Integers up to here are exact as doubles, and so are the powers of ten: the quotient or
  /// product of two is then rounded only once, which is correct (Clinger 1990).
  private static final long EXACT = 1L << 53;
  private static final double[] TENS = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
    1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

  private Decimal() {}

  /// Parses a number, with blanks around it; NaN if it is not a number, or overflows a double.
  public static double parse(byte[] text, int from, int to) {
    while (from < to && text[from] == ' ') {
      from++;
    }
    while (from < to && text[to - 1] == ' ') {
      to--;
    }
    int at = from;
    boolean negative = at < to && text[at] == '-';
    if (at < to && (negative || text[at] == '+')) {
      at++;
    }
    long digits = 0;
    int count = 0;
    int exponent = 0;
    boolean fits = true;
    boolean fraction = false;
    for (; at < to; at++) {
      int c = text[at];
      if (c == '.' && !fraction) {
        fraction = true;
      } else if (c >= '0' && c <= '9') {
        count++;
        fits &= digits < EXACT / 10;
        digits = fits ? 10 * digits + (c - '0') : digits;
        exponent -= fraction ? 1 : 0;
      } else {
        break;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    if (at == to && fits && -exponent < TENS.length) {
      double value = digits / TENS[-exponent];
      return negative ? -value : value;
    }
    return slowly(text, from, at, to);
  }

  private static double slowly(byte[] text, int from, int at, int to) {
    if (at < to) {
      if (text[at] != 'e' && text[at] != 'E') {
        return Double.NaN;
      }
      at++;
      at += at < to && (text[at] == '-' || text[at] == '+') ? 1 : 0;
      int first = at;
      while (at < to && text[at] >= '0' && text[at] <= '9') {
        at++;
      }
      if (at == first || at < to) {
        return Double.NaN;
      }
    }
    double value = Double.parseDouble(new String(text, from, to - from, ISO_8859_1));
    return Double.isFinite(value) ? value : Double.NaN;
  }
}
