package dev.unroll.table;

import dev.unroll.table.text.Decimal;
import dev.unroll.table.text.PackedTexts;
import org.jspecify.annotations.Nullable;

/// Numbers with commas: which of the two forms fits the cells of a column, and their values.
///
/// A comma is that of thousands if a point follows it in some cell, or there are two in one. It is
/// a decimal comma if some cell has one that is not before three digits, or points before it, or a
/// zero alone; or if cells are not separated by commas in the file, for that is why they are not.
final class CommaNumbers {
  private static final int GROUP = 3;

  private final PackedTexts cells;
  private final boolean separatedByCommas;

  /// Whether some cell can only be of one form, and whether all can be of it.
  private boolean onlyDecimal;
  private boolean onlyThousands;
  private int notDecimal;
  private int notThousands;
  private boolean commas;

  private CommaNumbers(PackedTexts cells, boolean separatedByCommas) {
    this.cells = cells;
    this.separatedByCommas = separatedByCommas;
  }

  /// The form of a column that is not written with decimal points alone; null if it has no commas,
  /// or more than `most` cells fit neither form.
  ///
  /// @param given the rows that are not missing
  static @Nullable NumberForm of(PackedTexts cells, boolean separatedByCommas, int[] given,
      int most) {
    var numbers = new CommaNumbers(cells, separatedByCommas);
    for (int row : given) {
      numbers.look(row);
      if (numbers.notDecimal > most && numbers.notThousands > most) {
        return null;
      }
    }
    return numbers.form(most);
  }

  private @Nullable NumberForm form(int most) {
    if (!commas) {
      return null;
    }
    boolean decimal = notDecimal <= most && notDecimal <= notThousands;
    boolean thousands = notThousands <= most && notThousands <= notDecimal;
    if (decimal && thousands) {
      decimal = onlyDecimal || !onlyThousands && !separatedByCommas;
      thousands = onlyThousands && !onlyDecimal;
    }
    return decimal ? NumberForm.COMMA : thousands ? NumberForm.THOUSANDS : NumberForm.UNCLEAR;
  }

  private void look(int row) {
    byte[] text = cells.bytes();
    int from = cells.from(row);
    int to = cells.to(row);
    int comma = count(text, from, to, ',');
    int point = count(text, from, to, '.');
    boolean isDecimal = !Double.isNaN(parse(text, from, to, NumberForm.COMMA));
    boolean isThousands = !Double.isNaN(parse(text, from, to, NumberForm.THOUSANDS));
    commas |= comma > 0 && (isDecimal || isThousands);
    notDecimal += isDecimal ? 0 : 1;
    notThousands += isThousands ? 0 : 1;
    onlyDecimal |= comma == 1 && isDecimal && !isThousands;
    onlyThousands |= comma > 0 && isThousands && (point > 0 || comma > 1);
  }

  private static int count(byte[] text, int from, int to, char sign) {
    int n = 0;
    for (int i = from; i < to; i++) {
      n += text[i] == sign ? 1 : 0;
    }
    return n;
  }

  /// The number in a cell; NaN if it is none of the form.
  static double parse(byte[] text, int from, int to, NumberForm form) {
    byte between = (byte) (form == NumberForm.COMMA ? '.' : ',');
    byte decimal = (byte) (form == NumberForm.COMMA ? ',' : '.');
    var plain = new byte[to - from];
    int n = 0;
    int digits = 0;
    boolean grouped = false;
    boolean fraction = false;
    for (int i = from; i < to; i++) {
      byte c = text[i];
      if (c == between) {
        boolean full = grouped ? digits == GROUP : digits >= 1 && digits <= GROUP;
        if (fraction || !full) {
          return Double.NaN;
        }
        grouped = true;
        digits = 0;
        continue;
      }
      if (c == decimal) {
        if (grouped && digits != GROUP || fraction) {
          return Double.NaN;
        }
        fraction = true;
      }
      boolean digit = c >= '0' && c <= '9';
      if (!digit && c != decimal && c != '-' && c != '+' && c != ' ' && c != 'e' && c != 'E') {
        return Double.NaN;
      }
      digits += digit ? 1 : 0;
      plain[n++] = c == decimal ? (byte) '.' : c;
    }
    boolean leadingZero =
        grouped && n > 1 && (plain[0] == '0' || plain[0] == '-' && plain[1] == '0');
    return grouped && !fraction && digits != GROUP || leadingZero ? Double.NaN
        : Decimal.parse(plain, 0, n);
  }
}
