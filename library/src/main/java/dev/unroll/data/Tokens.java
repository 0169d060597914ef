package dev.unroll.data;

import dev.unroll.data.text.Excerpt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Words, phones, tags or labels, each with a number `0 … V − 1`. `Vocabulary` is the same for
/// characters.
///
/// Immutable and safe for use by several threads.
public final class Tokens {
  /// The token that stands for every token that is not listed.
  public static final String UNKNOWN = "<unk>";

  private final List<String> tokens;
  private final Map<String, Integer> numbers;

  private Tokens(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    numbers = HashMap.newHashMap(tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      if (numbers.put(tokens.get(i), i) != null) {
        throw new DataException(
            "Tokens: \"%s\" is listed twice; each may stand there once."
                .formatted(Excerpt.of(tokens.get(i))));
      }
    }
    if (tokens.isEmpty()) {
      throw new DataException("Tokens: none, expected at least one.");
    }
  }

  /// These tokens, in this order; if `UNKNOWN` is among them, it stands for every other one.
  ///
  /// @throws DataException if there is none or one occurs twice
  public static Tokens of(List<String> tokens) {
    return new Tokens(tokens);
  }

  /// All tokens that occur, in lexicographic order.
  ///
  /// @throws DataException if there is none
  public static Tokens in(Collection<List<String>> sequences) {
    var all = new TreeSet<String>();
    sequences.forEach(all::addAll);
    return new Tokens(List.copyOf(all));
  }

  /// `UNKNOWN` with number 0, then the tokens that occur at least `least` times, in lexicographic
  /// order.
  public static Tokens frequent(Collection<List<String>> sequences, int least) {
    var counts = new HashMap<String, Integer>();
    for (var sequence : sequences) {
      for (String token : sequence) {
        counts.merge(token, 1, Integer::sum);
      }
    }
    var kept = new ArrayList<String>();
    kept.add(UNKNOWN);
    counts.entrySet()
        .stream()
        .filter(entry -> entry.getValue() >= least && !entry.getKey().equals(UNKNOWN))
        .map(Map.Entry::getKey)
        .sorted()
        .forEach(kept::add);
    return new Tokens(kept);
  }

  /// V, the number of tokens.
  public int size() {
    return tokens.size();
  }

  /// Whether there is a number for tokens that are not listed, so that [#encode] accepts any.
  public boolean hasUnknown() {
    return numbers.containsKey(UNKNOWN);
  }

  /// Whether a token is listed.
  public boolean has(String token) {
    return numbers.containsKey(token);
  }

  /// The number of a token; that of `UNKNOWN` if it is not listed.
  ///
  /// @throws DataException if it is not listed and there is no `UNKNOWN`
  public int number(String token) {
    @Nullable
    Integer number = numbers.get(token);
    if (number == null) {
      number = numbers.get(UNKNOWN);
    }
    if (number == null) {
      throw new DataException(
          String.format(Locale.ROOT,
              "\"%s\" is not among the %,d that are known; correct it, or train on data that has"
                  + " it.",
              Excerpt.of(token), size()));
    }
    return number;
  }

  /// The numbers of a sequence.
  ///
  /// @throws DataException as `number` does
  public int[] encode(List<String> sequence) {
    return sequence.stream().mapToInt(this::number).toArray();
  }

  /// The token with this number.
  ///
  /// @throws IndexOutOfBoundsException if it is not `0 … V − 1`
  public String token(int number) {
    return tokens.get(number);
  }

  /// The tokens of these numbers.
  ///
  /// @throws IndexOutOfBoundsException if one is not `0 … V − 1`
  public List<String> decode(int[] symbols) {
    var sequence = new ArrayList<String>(symbols.length);
    for (int symbol : symbols) {
      sequence.add(token(symbol));
    }
    return sequence;
  }

  /// The tokens in the order of their numbers; `of` makes an equal list from it.
  public List<String> toList() {
    return tokens;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens same && tokens.equals(same.tokens);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d tokens", size());
  }
}
