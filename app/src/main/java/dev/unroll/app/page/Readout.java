package dev.unroll.app.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Formats numbers in sentences like the readouts of a page (`short` in `base.js`), so that a text
/// and the chart next to it agree.
public final class Readout {
  private Readout() {}

  /// Four digits, `0.1672`; beyond 0.001 and 10,000,000 three and a power of ten, `1.05·10⁻⁵`.
  public static String of(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0 || size >= 1e-3 && size < 1e7) {
      var digits = value == Math.rint(value) ? new BigDecimal(value)
          : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
      return String.format(Locale.ROOT, "%,." + Math.max(0, digits.scale()) + "f", digits)
          .replace('-', '−');
    }
    int exponent = (int) Math.floor(Math.log10(size) + 1e-12);
    var mantissa = new BigDecimal(size / Math.pow(10, exponent)).round(new MathContext(3))
        .stripTrailingZeros();
    return (value < 0 ? "−" : "")
        + (mantissa.compareTo(BigDecimal.ONE) == 0 ? "" : mantissa.toPlainString() + "·")
        + "10" + superscript(exponent);
  }

  private static String superscript(int exponent) {
    return Integer.toString(exponent).chars()
        .map(c -> c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
