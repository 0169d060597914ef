package dev.unroll.train.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Vocabulary;
import dev.unroll.data.text.BytePairEncoding;
import dev.unroll.data.text.BytePairEncoding.Merge;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The symbols that a language model reads a text by.
///
/// | unit | symbols | a text with others |
/// | --- | --- | --- |
/// | characters | those of the text, code points | is refused |
/// | bytes | all 256, the text in UTF-8 | is read |
/// | subwords | pieces of words ([BytePairEncoding]), and all bytes | is read: what is no known piece, as its bytes |
///
/// Immutable and safe for use by several threads.
public final class TextCoding {
  private static final int BYTES = 256;
  private static final String TOKENS = "tokens";
  private static final String MERGES = "merges";

  /// So many characters of a text for each merge, so that subwords occur often enough.
  private static final int CHARACTERS_PER_MERGE = 1_000;
  private static final int FEWEST_MERGES = 200;
  private static final int MOST_MERGES = 8_000;

  private final Unit unit;
  private final Tokens tokens;
  private final @Nullable BytePairEncoding subwords;

  /// The kind of symbols.
  public enum Unit {
    /// Unicode code points.
    CHARACTER,
    /// Bytes of UTF-8.
    BYTE,
    /// Pieces of words.
    SUBWORD;

    /// The word for one.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The word for several.
    public String words() {
      return word() + "s";
    }
  }

  private TextCoding(Unit unit, Tokens tokens, @Nullable BytePairEncoding subwords) {
    this.unit = unit;
    this.tokens = tokens;
    this.subwords = subwords;
  }

  /// By the characters of a text.
  ///
  /// @throws DataException if there is none
  public static TextCoding characters(String text) {
    return characters(Vocabulary.of(text));
  }

  /// By the characters of a vocabulary.
  public static TextCoding characters(Vocabulary vocabulary) {
    return new TextCoding(Unit.CHARACTER, Tokens.of(vocabulary.toList()), null);
  }

  /// By bytes.
  public static TextCoding bytes() {
    return new TextCoding(Unit.BYTE, Tokens.of(byteNames()), null);
  }

  /// By subwords that are learned from a text.
  ///
  /// @param merges so many at most; 0 for one for each 1,000 characters, 200 to 8,000
  public static TextCoding subwords(String text, int merges) {
    int most = merges > 0 ? merges
        : Math.clamp(text.length() / CHARACTERS_PER_MERGE, FEWEST_MERGES, MOST_MERGES);
    return subwords(BytePairEncoding.learn(List.of(text), most), text);
  }

  private static TextCoding subwords(BytePairEncoding learned, String text) {
    var names = new LinkedHashSet<>(byteNames());
    learned.encode(text).stream().filter(piece -> !isByte(piece)).sorted().forEach(names::add);
    return new TextCoding(Unit.SUBWORD, Tokens.of(List.copyOf(names)), learned);
  }

  /// The kind of symbols, by their names.
  public static Unit unit(Tokens tokens) {
    var names = tokens.toList();
    return names.size() < BYTES || !names.subList(0, BYTES).equals(byteNames()) ? Unit.CHARACTER
        : names.size() == BYTES ? Unit.BYTE : Unit.SUBWORD;
  }

  private static List<String> byteNames() {
    var names = new ArrayList<String>(BYTES);
    for (int b = 0; b < BYTES; b++) {
      names.add(String.format(Locale.ROOT, "<0x%02X>", b));
    }
    return names;
  }

  private static boolean isByte(String piece) {
    return piece.startsWith("<0x") && piece.matches("<0x[0-9A-F]{2}>");
  }

  /// That of a language model's file.
  ///
  /// @throws FormatException if it does not say what its symbols are
  public static TextCoding of(ModelFile file) throws FormatException {
    var stored = stored(file);
    return stored == null ? characters(file.characters()) : stored;
  }

  /// That of a language model's file; null for characters, which are those of its text.
  ///
  /// @throws FormatException if it is damaged
  public static @Nullable TextCoding stored(ModelFile file) throws FormatException {
    var provenance = file.provenance();
    var data = provenance.has("data") ? provenance.object("data") : null;
    if (data == null || !data.has(TOKENS)) {
      return null;
    }
    var tokens = file.languageModel().architecture().inputs().tokens();
    if (tokens == null) {
      throw new FormatException(
          "%s does not say what its symbols are; import it with --vocabulary FILE"
              .formatted(file.source()));
    }
    var name = data.string(TOKENS);
    if (!unit(tokens).words().equals(name) || name.equals(Unit.CHARACTER.words())) {
      throw new FormatException("%s has symbols that are no %s; the file is damaged".formatted(
          file.source(), name));
    }
    if (unit(tokens) == Unit.BYTE) {
      return bytes();
    }
    var parts = data.strings(MERGES);
    var merges = new ArrayList<Merge>();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      merges.add(new Merge(parts.get(i), parts.get(i + 1)));
    }
    return new TextCoding(Unit.SUBWORD, tokens, BytePairEncoding.of(merges));
  }

  /// What a file needs to know besides the tokens; nothing for characters.
  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    if (unit != Unit.CHARACTER) {
      fields.put(TOKENS, unit.words());
    }
    if (subwords != null) {
      fields.put(MERGES, subwords.merges().stream()
          .flatMap(merge -> List.of(merge.left(), merge.right()).stream()).toList());
    }
    return fields;
  }

  /// The kind of symbols.
  public Unit unit() {
    return unit;
  }

  /// The symbols; bytes are written `<0x41>`.
  public Tokens tokens() {
    return tokens;
  }

  /// The symbols of a text.
  ///
  /// @throws DataException at the first character that is not known, of characters
  public int[] encode(String text) {
    return switch (unit) {
      case CHARACTER -> Vocabulary.of(tokens.toList()).encode(text);
      case BYTE -> bytes(text);
      case SUBWORD -> Objects.requireNonNull(subwords).encode(text).stream()
          .flatMapToInt(piece -> tokens.has(piece) && !isByte(piece)
              ? IntStream.of(tokens.number(piece))
              : Arrays.stream(bytes(piece)))
          .toArray();
    };
  }

  private static int[] bytes(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = bytes[i] & 0xFF;
    }
    return symbols;
  }

  /// Whether a line ends after a symbol.
  public boolean endsLine(int symbol) {
    return isPlain(symbol) ? tokens.token(symbol).endsWith("\n") : symbol == '\n';
  }

  /// Whether a symbol is text, rather than a byte of it.
  boolean isPlain(int symbol) {
    return unit == Unit.CHARACTER || unit == Unit.SUBWORD && symbol >= BYTES;
  }

  /// A writer of symbols as text.
  public TextDecoder decoder() {
    return new TextDecoder(this);
  }

  @Override
  public String toString() {
    return "%d %s".formatted(tokens.size(), unit.words());
  }
}
