package dev.unroll.train.notation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The notation of settings on the command line and in checkpoints: words, some with numbers, such
/// as `warm-up(50) cosine(0.02)`.
public final class Notation {
  private static final Pattern WORD =
      Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*(?:\\(([^()]*)\\))?\\s*");

  private Notation() {}

  /// A word and its numbers.
  public record Word(String name, List<Double> numbers) {
    /// The number at `index`, or the default if the word has fewer.
    public double number(int index, double otherwise) {
      return index < numbers.size() ? numbers.get(index) : otherwise;
    }

    /// The number at `index` as an integer.
    public int whole(int index, int otherwise) {
      double number = number(index, otherwise);
      if (number != (int) number) {
        throw new IllegalArgumentException(
            "'%s' has the number %s, expected a whole one".formatted(this, write(number)));
      }
      return (int) number;
    }

    /// Returns this word, if it has no more numbers than `most`.
    public Word atMost(int most) {
      if (numbers.size() > most) {
        throw new IllegalArgumentException("'%s' has %d numbers, expected at most %d"
            .formatted(this, numbers.size(), most));
      }
      return this;
    }

    @Override
    public String toString() {
      return numbers.isEmpty() ? name : word(name, numbers);
    }
  }

  /// The words of a text.
  ///
  /// @param what the text is, for the message: `schedule`
  public static List<Word> parse(String text, String what) {
    var words = new ArrayList<Word>();
    var matcher = WORD.matcher(text);
    int at = 0;
    while (at < text.length() && matcher.find(at) && matcher.start() == at) {
      var numbers = new ArrayList<Double>();
      if (matcher.group(2) != null && !matcher.group(2).isBlank()) {
        for (var number : matcher.group(2).split(",", -1)) {
          numbers.add(number(number.strip(), text, what));
        }
      }
      words.add(new Word(matcher.group(1), numbers));
      at = matcher.end();
    }
    if (at < text.length() || words.isEmpty()) {
      throw new IllegalArgumentException(
          "the %s '%s' cannot be read from character %d on; expected words such as name(0.5, 3)"
              .formatted(what, text, at + 1));
    }
    return words;
  }

  private static double number(String number, String text, String what) {
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the %s '%s' has '%s' where a number is expected"
          .formatted(what, text, number), e);
    }
  }

  public static String word(String name, double... numbers) {
    return word(name, Arrays.stream(numbers).boxed().toList());
  }

  private static String word(String name, List<Double> numbers) {
    return numbers.stream().map(Notation::write).collect(Collectors.joining(", ", name + "(", ")"));
  }

  private static String write(double number) {
    return number == (long) number ? Long.toString((long) number) : Double.toString(number);
  }
}
