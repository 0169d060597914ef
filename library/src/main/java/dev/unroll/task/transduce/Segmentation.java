package dev.unroll.task.transduce;

import dev.unroll.data.text.BytePairEncoding;
import dev.unroll.data.text.BytePairEncoding.Merge;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the texts of one side are cut into symbols, and put together again. Everything is in
/// Unicode's form NFC. Immutable and safe for use by several threads.
public final class Segmentation {
  private static final Pattern BLANKS = Pattern.compile("(?U)\\s+");

  private final Unit unit;

  /// For [Unit#SUBWORDS]; else null.
  private final @Nullable BytePairEncoding subwords;

  /// The kind of symbols.
  public enum Unit {
    /// Unicode code points.
    CHARACTERS,
    /// Whatever stands between white space: words, phones.
    WORDS,
    /// Pieces of words, learned from the data ([BytePairEncoding]).
    SUBWORDS;

    /// The word for it.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @throws IllegalArgumentException if there are subwords for other units, or none for them
  Segmentation(Unit unit, @Nullable BytePairEncoding subwords) {
    if (unit == Unit.SUBWORDS == (subwords == null)) {
      throw new IllegalArgumentException(unit.word() + " with merges " + subwords
          + ", expected merges for subwords, and for nothing else");
    }
    this.unit = unit;
    this.subwords = subwords;
  }

  /// The kind of symbols.
  public Unit unit() {
    return unit;
  }

  /// The segmentation of some texts.
  ///
  /// @param texts to learn subwords from
  /// @param merges of subwords
  static Segmentation of(Unit unit, List<String> texts, int merges) {
    return new Segmentation(unit, unit == Unit.SUBWORDS
        ? BytePairEncoding.learn(texts.stream().map(Segmentation::spaced).toList(), merges)
        : null);
  }

  /// A text in NFC, without blanks around it.
  static String normal(String text) {
    return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
  }

  /// With the blank that every other word has before it.
  private static String spaced(String text) {
    return " " + normal(text);
  }

  /// The symbols of a text; none of a blank one.
  public List<String> split(String text) {
    var normal = normal(text);
    if (normal.isEmpty()) {
      return List.of();
    }
    return switch (unit) {
      case CHARACTERS -> normal.codePoints().mapToObj(Character::toString).toList();
      case WORDS -> words(normal);
      case SUBWORDS -> Objects.requireNonNull(subwords).encode(spaced(text));
    };
  }

  /// What stands between white space, of Unicode: no-break and wide blanks as well.
  static List<String> words(String text) {
    return BLANKS.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  /// The text of symbols.
  public String join(List<String> symbols) {
    return unit == Unit.WORDS ? String.join(" ", symbols)
        : BytePairEncoding.decode(symbols).strip();
  }

  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("unit", unit.word());
    if (subwords != null) {
      fields.put("merges", subwords.merges().stream()
          .flatMap(merge -> List.of(merge.left(), merge.right()).stream()).toList());
    }
    return fields;
  }

  static Segmentation of(JsonFields fields) throws FormatException {
    var unit = Unit.valueOf(fields.string("unit").toUpperCase(Locale.ROOT));
    if (unit != Unit.SUBWORDS) {
      return new Segmentation(unit, null);
    }
    var parts = fields.strings("merges");
    var merges = new ArrayList<Merge>();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      merges.add(new Merge(parts.get(i), parts.get(i + 1)));
    }
    return new Segmentation(unit, BytePairEncoding.of(merges));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Segmentation same && unit == same.unit
        && Objects.equals(subwords, same.subwords);
  }

  @Override
  public int hashCode() {
    return Objects.hash(unit, subwords);
  }

  @Override
  public String toString() {
    return subwords == null ? unit.word() : "%s (%s)".formatted(unit.word(), subwords);
  }
}
