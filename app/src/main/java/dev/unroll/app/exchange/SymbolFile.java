package dev.unroll.app.exchange;

import dev.unroll.data.DataException;
import dev.unroll.datasets.format.TextFile;
import dev.unroll.format.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Symbols or labels in a file of the user: a JSON array of texts, an object from texts to their
/// numbers or from numbers to their texts, or lines.
final class SymbolFile {
  /// Unicode's characters that mean nothing stand for numbers that have no character.
  private static final int PRIVATE = 0xE000;

  /// As many of them as there are.
  private static final int MOST_MISSING = 0xF900 - PRIVATE;

  private static final int MOST = 10_000_000;

  private SymbolFile() {}

  /// The symbols, in order; numbers that an object leaves out below
  /// its greatest get a name of their own.
  ///
  /// @throws DataException if the file has something else
  static List<String> read(Path file) throws IOException {
    var text = TextFile.read(file);
    var start = text.stripLeading();
    if (start.startsWith("[")) {
      return array(file, Json.parse(text, file.toString()));
    }
    if (start.startsWith("{")) {
      return object(file, Json.object(text, file.toString()));
    }
    return text.lines().toList();
  }

  private static List<String> array(Path file, @Nullable Object value) {
    var symbols = new ArrayList<String>();
    if (value instanceof List<?> list) {
      for (var element : list) {
        if (!(element instanceof String symbol)) {
          throw new DataException("%s: element %d is no text; expected an array of texts"
              .formatted(file, symbols.size()));
        }
        symbols.add(symbol);
      }
    }
    return symbols;
  }

  private static List<String> object(Path file, Map<String, @Nullable Object> object) {
    var symbols = new ArrayList<@Nullable String>();
    for (var entry : object.entrySet()) {
      boolean numbered = entry.getValue() instanceof Long;
      var number = numbered ? entry.getValue() : number(entry.getKey());
      var symbol = numbered ? entry.getKey() : entry.getValue();
      if (!(number instanceof Long at) || !(symbol instanceof String name) || at < 0 || at > MOST) {
        throw new DataException("%s: \"%s\" is %s, expected the number of a text, or the text of a"
            .formatted(file, entry.getKey(), entry.getValue()) + " number");
      }
      while (symbols.size() <= at) {
        symbols.add(null);
      }
      if (symbols.set(at.intValue(), name) != null) {
        throw new DataException("%s has two texts for %d".formatted(file, at));
      }
    }
    return filled(file, symbols);
  }

  private static @Nullable Object number(String text) {
    return text.matches("\\d{1,9}") ? Long.valueOf(text) : null;
  }

  private static List<String> filled(Path file, List<@Nullable String> symbols) {
    long missing = symbols.stream().filter(Objects::isNull).count();
    if (missing > MOST_MISSING) {
      throw new DataException(
          ("%s has %d texts for the numbers 0 … %d, so that %d have none; at most %d may be "
              + "missing: number them without gaps").formatted(file, symbols.size() - missing,
                  symbols.size() - 1, missing, MOST_MISSING));
    }
    var known = new HashSet<>(symbols);
    boolean characters = symbols.stream()
        .allMatch(symbol -> symbol == null || symbol.codePointCount(0, symbol.length()) == 1);
    var all = new ArrayList<String>();
    int spare = PRIVATE;
    for (int i = 0; i < symbols.size(); i++) {
      var symbol = symbols.get(i);
      while (symbol == null) {
        var name = characters ? Character.toString(spare++) : "<%d>".formatted(i);
        symbol = known.add(name) ? name : null;
      }
      all.add(symbol);
    }
    return all;
  }
}
