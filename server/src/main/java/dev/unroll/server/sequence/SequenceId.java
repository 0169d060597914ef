package dev.unroll.server.sequence;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The id of a sequence: a number of 64 bits, or a text. The number 7 and the text "7" are two ids.
///
/// @param number unsigned; 0 of a text
/// @param text null of a number
public record SequenceId(long number, @Nullable String text) {
  /// The parameter that holds it.
  public static final String PARAMETER = "sequence_id";

  /// The most characters of a text: it is kept as long as the sequence.
  public static final int LONGEST = 256;

  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(Long.SIZE).subtract(
      BigInteger.ONE);

  /// The id of a number; null for 0, which is none.
  public static @Nullable SequenceId of(long number) {
    return number == 0 ? null : new SequenceId(number, null);
  }

  /// The id of a text; null for an empty one, which is none.
  ///
  /// @throws RefusedException if it is too long
  public static @Nullable SequenceId of(String text) {
    if (text.length() > LONGEST) {
      throw RefusedException.invalid(
          "the sequence_id %s has %d characters, expected at most %d", Shown.of(text),
          text.length(), LONGEST);
    }
    return text.isEmpty() ? null : new SequenceId(0, text);
  }

  /// The id in the parameters of a request; null if it belongs to no sequence.
  ///
  /// @throws RefusedException if it is neither a text nor a number of 64 bits
  public static @Nullable SequenceId in(Map<String, Object> parameters) {
    var value = parameters.get(PARAMETER);
    return switch (value) {
      case null -> null;
      case Long number when number >= 0 -> of(number);
      case BigInteger number when number.signum() > 0 && number.compareTo(MOST) <= 0 ->
          of(number.longValue());
      case String text -> of(text);
      default -> throw RefusedException.invalid(
          "the sequence_id is %s, expected a text or a whole number of 0 to 2^64 - 1",
          Shown.value(value));
    };
  }

  /// The id in a path: digits are a number.
  ///
  /// @throws RefusedException if it is none
  public static SequenceId inPath(String written) {
    var id = isNumber(written) ? in(Map.of(PARAMETER, new BigInteger(written).bitLength() < 64
        ? (Object) Long.parseLong(written)
        : new BigInteger(written)))
        : of(written);
    if (id == null) {
      throw RefusedException.invalid("the sequence_id %s stands for no sequence",
          Shown.of(written));
    }
    return id;
  }

  private static boolean isNumber(String written) {
    return !written.isEmpty() && written.length() <= 20
        && written.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return text == null ? Long.toUnsignedString(number) : Shown.of(text);
  }
}
