package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Utf8Lines;
import dev.unroll.data.text.Excerpt;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads files in the formats of CoNLL: a token a line with its columns, and a blank line after
/// each sentence.
///
/// Columns are separated by tabs if the first token has one in its line, else by blanks. The first
/// is the token and the last its tag, unless another is named. Lines with `-DOCSTART-` are skipped.
/// A line that begins with `#` is a comment if it has no tab and the others have; and before the
/// first token of a sentence, unless it has as many columns as the others.
///
/// A file whose lines have ten columns between tabs, of which the first counts the tokens, is
/// CoNLL-U: the token is `form` (2), the tag `upos` (4) unless another is named, and ranges such as
/// `3-4` and empty nodes such as `8.1` are skipped. Plain or gzip; Unicode's form NFC.
public final class Conll {
  private static final List<String> NAMES = List.of("id", "form", "lemma", "upos", "xpos", "feats",
      "head", "deprel", "deps", "misc");
  private static final Pattern ID = Pattern.compile("[0-9]+([-.][0-9]+)?");
  private static final Pattern WORD = Pattern.compile("[0-9]+");
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final String DOCUMENT = "-DOCSTART-";

  /// The number of lines that are looked at.
  private static final int SEEN = 1000;

  private final String name;
  private final boolean tagged;
  private final @Nullable String wanted;
  private final List<String[]> tokens = new ArrayList<>();
  private final List<String[]> tags = new ArrayList<>();
  private final List<int[]> lines = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();
  private final Map<String, String> texts = new HashMap<>();
  private int columns;
  private boolean tabs;
  private int first;
  private boolean universal;
  private int tokenAt;
  private int tagAt;

  /// Receives sentences one by one; one that cannot be read does not stop the others.
  public interface Taker {
    /// A sentence.
    void sentence(List<String> tokens);

    /// A sentence that cannot be read; the message has its line.
    void wrong(String message);

    /// Called when no more lines are waiting.
    void flush();
  }

  private Conll(String name, boolean tagged, @Nullable String wanted) {
    this.name = name;
    this.tagged = tagged;
    this.wanted = wanted;
  }

  /// Reads sentences with their tags.
  ///
  /// @throws DataException one sentence with the line
  public static Sentences read(Path file) {
    return read(file, null);
  }

  /// The same with another column of tags.
  ///
  /// @param column its number from 1, or of CoNLL-U its name, such as `xpos`; null for the default
  /// @throws DataException one sentence with the line
  public static Sentences read(Path file, @Nullable String column) {
    return new Conll(file.toString(), true, column).sentences(file);
  }

  /// Reads the tokens alone, whether all, some or none have tags.
  ///
  /// @throws DataException one sentence with the line
  public static Sentences tokens(Path file) {
    return new Conll(file.toString(), false, null).sentences(file);
  }

  /// Reads the tokens of a stream, sentence by sentence, as [#tokens(Path)] does.
  ///
  /// @param name for messages
  public static void tokens(Utf8Lines in, String name, Taker taker) throws IOException {
    new Conll(name, false, null).each(in, taker);
  }

  /// Whether a file that may be a text looks like this format: it begins with `-DOCSTART-`, or its
  /// lines have columns between tabs, as many each, and there are blank lines between them.
  public static boolean looksLike(Path file) throws IOException {
    int columns = 0;
    boolean ended = false;
    boolean more = false;
    try (var in = Texts.lines(file)) {
      for (var line = in.next(); line != null && in.number() <= SEEN; line = in.next()) {
        int here = line.split("\t", -1).length;
        if (columns == 0 && line.startsWith(DOCUMENT)) {
          return true;
        } else if (line.isBlank()) {
          ended = columns > 0;
        } else if (here > 1) {
          if (columns > 0 && here != columns) {
            return false;
          }
          columns = here;
          more |= ended;
        } else if (!line.startsWith("#")) {
          return false;
        }
      }
    } catch (DataException _) {
      return false; // a line that is not UTF-8 is reported where it is read
    }
    return more;
  }

  private void each(Utf8Lines in, Taker taker) throws IOException {
    String wrong = null;
    for (boolean more = true; more;) {
      String line = null;
      try {
        line = in.next();
        more = line != null;
        if (line != null && !line.isBlank()) {
          line(line.stripTrailing(), Math.toIntExact(in.number()));
        }
      } catch (DataException e) {
        wrong = wrong == null ? e.getMessage() : wrong;
        continue;
      }
      if (line == null || line.isBlank()) {
        if (wrong != null) {
          taker.wrong(wrong);
        } else if (!words.isEmpty()) {
          taker.sentence(List.copyOf(words));
        }
        wrong = null;
        words.clear();
        places.clear();
        if (line == null || !in.ready()) {
          taker.flush();
        }
      }
    }
  }

  private Sentences sentences(Path file) {
    try (var in = new BufferedReader(Characters.of(file))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (line.isBlank()) {
          end();
        } else {
          line(line.stripTrailing(), number);
        }
      }
      end();
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    if (tokens.isEmpty()) {
      throw new DataException(
          "%s has no tokens; give a token and its tag in each line, and a blank line after each"
              .formatted(name) + " sentence.");
    }
    return new Sentences(name, universal ? NAMES.get(tagAt) : Integer.toString(tagAt + 1), tokens,
        tags, lines);
  }

  private void end() {
    if (!words.isEmpty()) {
      tokens.add(words.toArray(String[]::new));
      if (tagged) {
        tags.add(labels.toArray(String[]::new));
      }
      lines.add(places.stream().mapToInt(Integer::intValue).toArray());
    }
    words.clear();
    labels.clear();
    places.clear();
  }

  private void line(String line, int number) {
    var cells = (columns > 0 ? tabs : line.indexOf('\t') >= 0) ? line.split("\t", -1)
        : BLANKS.split(line.strip());
    if (cells[0].equals(DOCUMENT) || line.startsWith(DOCUMENT + " ") || isComment(line, cells)) {
      return;
    }
    if (columns == 0) {
      begin(cells, line.indexOf('\t') >= 0, number);
    }
    if (universal && ID.matcher(cells[0]).matches() && !WORD.matcher(cells[0]).matches()) {
      return;
    }
    if (!tagged && !universal && columns == 1) {
      columns = cells.length; // the first ones have no tag
      first = number;
    }
    boolean alone = !tagged && !universal && cells.length == 1;
    if (cells.length != columns && !alone) {
      throw new DataException("%s, line %d has %d %s, but line %d has %d; give each token as many."
          .formatted(name, number, cells.length, cells.length == 1 ? "column" : "columns", first,
              columns));
    }
    words.add(cell(cells, tokenAt, number));
    if (tagged) {
      labels.add(cell(cells, tagAt, number));
    }
    places.add(number);
  }

  private boolean isComment(String line, String[] cells) {
    return line.startsWith("#") && tabs && line.indexOf('\t') < 0
        || line.startsWith("#") && words.isEmpty() && (universal || cells.length != columns);
  }

  /// The first line says what the others are like.
  private void begin(String[] cells, boolean separated, int number) {
    tabs = separated;
    columns = cells.length;
    first = number;
    universal = tabs && columns == NAMES.size() && ID.matcher(cells[0]).matches();
    tokenAt = universal ? 1 : 0;
    if (tagged) {
      tagAt = wanted != null ? column(wanted, number) : universal ? 3 : columns - 1;
      if (columns < 2) {
        throw new DataException(
            "%s, line %d has 1 column, \"%s\", expected at least 2: a token and its tag."
                .formatted(name, number, Excerpt.of(cells[0])));
      }
    }
  }

  private int column(String wanted, int number) {
    int at = NAMES.indexOf(wanted.toLowerCase(Locale.ROOT));
    if (at >= 0 && universal) {
      return at;
    }
    int column = WORD.matcher(wanted).matches() && wanted.length() < 9
        ? Integer.parseInt(wanted)
        : 0;
    if (column < 1 || column > columns) {
      throw new DataException("%s, line %d: there is no column \"%s\", expected 1 to %d%s."
          .formatted(name, number, Excerpt.of(wanted), columns,
              universal ? " or one of " + String.join(", ", NAMES) : ""));
    }
    return column - 1;
  }

  private String cell(String[] cells, int at, int number) {
    var text = cells[at].strip();
    if (text.isEmpty()) {
      throw new DataException("%s, line %d: column %d is empty, expected %s."
          .formatted(name, number, at + 1, at == tokenAt ? "a token" : "a tag"));
    }
    return texts.computeIfAbsent(text, t -> Normalizer.normalize(t, Normalizer.Form.NFC));
  }
}
