package dev.unroll.data;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Data that cannot be used; the message is one sentence for the user that says what is wrong, what
/// was expected, what was found and how to fix it. Null is refused at the border by
/// [#refuseNull]: deep inside, an exception tells only which variable was null.
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// With the sentence for the user.
  public DataException(String message) {
    super(message);
  }

  /// With the sentence for the user and what caused it.
  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Refuses null.
  ///
  /// @param what the name of the value, such as `the input of an example`
  /// @throws DataException if the value is null
  public static void refuseNull(@Nullable Object value, String what) {
    if (value == null) {
      throw new DataException("%s is null, expected a value; leave out what is not there."
          .formatted(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1)));
    }
  }

  /// Refuses a list that is null, or has null in it.
  ///
  /// @param what the name of an element, such as `example`
  /// @throws DataException that has the number of the first that is null
  public static void refuseNullIn(@Nullable List<? extends @Nullable Object> list, String what) {
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
