package dev.unroll.stream;

/// An event that could not be scored.
///
/// @param key its key, as text of at most 200 characters
/// @param time its time in milliseconds
/// @param why one sentence
/// @param <E> the type of the events
public record BadEvent<E>(String key, long time, E event, String why) {
  private static final int MOST = 200;

  /// An event with its key, which is cut if it is long.
  public static <E> BadEvent<E> of(Object key, long time, E event, String why) {
    return new BadEvent<>(excerpt(key), time, event, why);
  }

  /// A key as text of at most 200 characters.
  public static String excerpt(Object key) {
    var text = String.valueOf(key);
    return text.length() <= MOST ? text
        : text.substring(0, MOST) + "… (%d characters)".formatted(text.length());
  }
}
