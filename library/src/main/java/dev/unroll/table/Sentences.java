package dev.unroll.table;

import dev.unroll.data.DataException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Sentences as tokens, each with its tag, to learn from; or without tags, to be tagged.
///
/// Immutable. They know where they stand in their file, for messages.
public final class Sentences {
  private final String name;
  private final String column;
  private final List<String[]> tokens;
  private final List<String[]> tags;

  /// The line of each token, or of each sentence if it has a line; empty if there is no file.
  private final List<int[]> lines;

  Sentences(String name, String column, List<String[]> tokens, List<String[]> tags,
      List<int[]> lines) {
    this.name = name;
    this.column = column;
    this.tokens = tokens;
    this.tags = tags;
    this.lines = lines;
  }

  /// Sentences from memory; texts become Unicode's form NFC, as those of files.
  ///
  /// @param tags of each token
  /// @throws DataException if there is no sentence, one is empty, or has not as many tags as tokens
  public static Sentences of(List<List<String>> tokens, List<List<String>> tags) {
    DataException.refuseNullIn(tokens, "sentence");
    DataException.refuseNullIn(tags, "list of tags");
    if (tokens.size() != tags.size() || tokens.isEmpty()) {
      throw new DataException(
          "%d sentences and the tags of %d, expected as many of both, and at least one."
              .formatted(tokens.size(), tags.size()));
    }
    var words = new ArrayList<String[]>();
    var labels = new ArrayList<String[]>();
    for (int i = 0; i < tokens.size(); i++) {
      words.add(array(tokens.get(i), "token"));
      labels.add(array(tags.get(i), "tag"));
      requireAsMany("Sentence " + (i + 1), words.getLast(), labels.getLast());
    }
    return new Sentences("the sentences", "tags", words, labels, List.of());
  }

  private static String[] array(List<String> texts, String what) {
    DataException.refuseNullIn(texts, what);
    if (texts.stream().anyMatch(String::isBlank)) {
      throw new DataException("A %s is blank, expected at least 1 letter; leave it out."
          .formatted(what));
    }
    return texts.stream().map(text -> Normalizer.normalize(text, Normalizer.Form.NFC))
        .toArray(String[]::new);
  }

  static void requireAsMany(String where, String[] tokens, String[] tags) {
    if (tokens.length == 0) {
      throw new DataException("%s has no tokens, expected at least 1; leave it out."
          .formatted(where));
    }
    if (tokens.length != tags.length) {
      throw new DataException("%s has %d tokens, but %d tags; give each token one."
          .formatted(where, tokens.length, tags.length));
    }
  }

  /// Reads a file with tags: JSON Lines, `{"tokens": […], "tags": […]}` a line, if its name ends
  /// with `.jsonl` or `.json`, else CoNLL ([Conll#read(Path)]); plain or gzip.
  ///
  /// @throws DataException one sentence with the line
  public static Sentences read(Path file) {
    return isJson(file) ? SentenceLines.read(file, true) : Conll.read(file);
  }

  /// Reads the tokens of a file, whether it has tags or not.
  ///
  /// @throws DataException one sentence with the line
  public static Sentences tokens(Path file) {
    return isJson(file) ? SentenceLines.read(file, false) : Conll.tokens(file);
  }

  /// Whether a file is JSON Lines, by its name.
  public static boolean isJson(Path file) {
    DataException.refuseNull(file, "the file");
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)
        .matches(".*\\.(jsonl|ndjson|json)(\\.gz)?");
  }

  /// The number of sentences.
  public int size() {
    return tokens.size();
  }

  /// The number of tokens of all sentences.
  public int count() {
    return tokens.stream().mapToInt(sentence -> sentence.length).sum();
  }

  /// The name of the file.
  public String name() {
    return name;
  }

  /// The column of the tags, or the field.
  public String column() {
    return column;
  }

  /// The tokens of a sentence.
  public List<String> tokens(int i) {
    return Collections.unmodifiableList(Arrays.asList(tokens.get(i)));
  }

  /// The tags of a sentence.
  ///
  /// @throws IllegalStateException if there are no tags
  public List<String> tags(int i) {
    if (!hasTags()) {
      throw new IllegalStateException("%s has no tags".formatted(name));
    }
    return Collections.unmodifiableList(Arrays.asList(tags.get(i)));
  }

  /// Whether there are tags.
  public boolean hasTags() {
    return !tags.isEmpty();
  }

  /// Some of the sentences.
  public Sentences some(int... chosen) {
    var words = new ArrayList<String[]>();
    var labels = new ArrayList<String[]>();
    var places = new ArrayList<int[]>();
    for (int i : chosen) {
      words.add(tokens.get(i));
      if (hasTags()) {
        labels.add(tags.get(i));
      }
      if (!lines.isEmpty()) {
        places.add(lines.get(i));
      }
    }
    return new Sentences(name, column, words, labels, places);
  }

  /// The place of a sentence, for a message.
  public String where(int i) {
    return where(i, 0);
  }

  /// The place of a token, for a message.
  public String where(int i, int token) {
    if (lines.isEmpty()) {
      return "sentence %d".formatted(i + 1);
    }
    int[] places = lines.get(i);
    return "%s, line %d".formatted(name, places[Math.min(token, places.length - 1)]);
  }

  @Override
  public String toString() {
    return "%d %s of %s".formatted(size(), size() == 1 ? "sentence" : "sentences", name);
  }
}
