package dev.unroll.data;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Refuses null at the border, with a message that says what was expected: deep inside, an
/// exception tells only which variable was null.
public final class Nulls {
  private Nulls() {}

  /// Refuses null.
  ///
  /// @param what the value is, such as `the input of an example`
  /// @throws DataException if the value is null
  public static void refuse(@Nullable Object value, String what) {
    if (value == null) {
      throw new DataException("%s is null, expected a value; leave out what is not there."
          .formatted(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1)));
    }
  }

  /// Refuses a list that is null, or has null in it.
  ///
  /// @param what one of them is, such as `example`
  /// @throws DataException that has the number of the first that is null
  public static void refuseIn(@Nullable List<? extends @Nullable Object> list, String what) {
    if (list == null) {
      throw new DataException("The list of %ss is null, expected a list.".formatted(what));
    }
    int number = 0;
    for (var value : list) {
      if (value == null) {
        throw new DataException(
            "%s %d (the first is 0) of %d is null, expected a value; leave out what is not there."
                .formatted(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1),
                    number,
                    list.size()));
      }
      number++;
    }
  }
}
