package dev.unroll.format.pickle;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.PickleValue.Bool;
import dev.unroll.format.pickle.PickleValue.Large;
import dev.unroll.format.pickle.PickleValue.Real;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.io.IOException;
import java.math.BigInteger;

/// Numbers and texts as they are written in a pickle.
///
/// @param in where they stand
record PickleLiterals(PickleInput in) {
  /// Numbers of more bytes are no numbers of a checkpoint.
  private static final int LONGEST_NUMBER = 64;

  /// A number in two's complement, the lowest byte first.
  PickleValue whole(int length) throws IOException {
    if (length < 0 || length > LONGEST_NUMBER) {
      throw in.damaged("a number of %d bytes".formatted(length));
    }
    byte[] bytes = in.bytes(length);
    byte[] reversed = new byte[length];
    for (int i = 0; i < length; i++) {
      reversed[i] = bytes[length - 1 - i];
    }
    return whole(length == 0 ? BigInteger.ZERO : new BigInteger(reversed));
  }

  private static PickleValue whole(BigInteger number) {
    return number.bitLength() < Long.SIZE ? new Whole(number.longValue()) : new Large(number);
  }

  PickleValue integer(String line) throws FormatException {
    return switch (line) {
      case "00" -> new Bool(false);
      case "01" -> new Bool(true);
      default -> whole(number(line));
    };
  }

  private BigInteger number(String line) throws FormatException {
    try {
      if (line.length() <= 2 * LONGEST_NUMBER) {
        return new BigInteger(line.strip());
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw in.damaged("%s, which is no whole number".formatted(Quote.of(line)));
  }

  int index(String line) throws FormatException {
    var number = number(line);
    if (number.signum() < 0 || number.bitLength() >= Integer.SIZE) {
      throw in.damaged("a reference to value %s".formatted(Quote.of(line)));
    }
    return number.intValue();
  }

  Real real(String line) throws FormatException {
    try {
      return new Real(Double.parseDouble(line.strip()));
    } catch (NumberFormatException _) {
      throw in.damaged("%s, which is no number".formatted(Quote.of(line)));
    }
  }

  String unquoted(String line) throws FormatException {
    var text = line.strip();
    int last = text.length() - 1;
    if (last < 1 || text.charAt(0) != text.charAt(last)
        || text.charAt(0) != '\'' && text.charAt(0) != '"') {
      throw in.damaged("%s, which is no text".formatted(Quote.of(line)));
    }
    return text.substring(1, last);
  }

  /// A number with an L behind it.
  PickleValue longInteger(String line) throws FormatException {
    return whole(number(line.replaceFirst("L$", "")));
  }
}
