package dev.unroll.app.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.Unanswered;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.table.Sentences;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Tags sentences as they arrive and prints each in their order: as a JSON object a line, or in
/// columns with a blank line after it. A line that cannot be tagged is reported, and the others are
/// still answered.
///
/// | given | sentences |
/// | --- | --- |
/// | standard input, `.txt` and files of no known kind | a line each: a text, or an object with `tokens` or `text` |
/// | `.jsonl` | an object a line |
/// | `.conll`, `.conllu`, `.bio`, `.iob`, `.tsv` | CoNLL, of which the tokens are read |
public final class TagAnswers {
  private static final int BATCH = 64;

  /// How answers are written.
  public enum Format {
    /// A JSON object a line.
    JSON,
    /// A token a line, a tab, and its tag.
    CONLL
  }

  private final Terminal terminal;
  private final Tagger tagger;
  private final Format format;
  private final List<List<String>> waiting = new ArrayList<>();
  private final Unanswered unanswered;

  public TagAnswers(Terminal terminal, Tagger tagger, Format format) {
    this.terminal = terminal;
    this.tagger = tagger;
    this.format = format;
    unanswered = new Unanswered(terminal);
  }

  /// Throws if a line could not be tagged.
  public void requireAll() {
    unanswered.requireNone();
  }

  /// Tags a file.
  ///
  /// @throws DataException if it cannot be read at all
  public void read(Path file) throws IOException {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.(conll|conllu|conllx|bio|iob|iob2|tsv)(\\.gz)?")) {
      var sentences = Sentences.tokens(file);
      for (int i = 0; i < sentences.size(); i++) {
        add(sentences.tokens(i));
      }
      flush();
    } else {
      try (var in = Files.newInputStream(file)) {
        lines(in, file.toString());
      }
    }
  }

  /// Tags a sentence a line, as soon as no more lines are waiting.
  ///
  /// @param name of the input
  public void lines(InputStream in, String name) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    int number = 0;
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        line(number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line,
            "%s, line %d".formatted(name, number));
      }
      if (!lines.ready()) {
        flush();
      }
    }
    flush();
  }

  private void line(String line, String where) {
    try {
      var tokens = tokens(line, where);
      if (tokens.isEmpty() || tokens.stream().anyMatch(String::isBlank)) {
        throw new DataException(
            "%s: there is no token, or one is blank; give at least one letter for each."
                .formatted(where));
      }
      add(tokens);
    } catch (FormatException | DataException e) {
      wrong(Failure.sentence(e));
    }
  }

  private List<String> tokens(String line, String where) throws FormatException {
    if (!line.stripLeading().startsWith("{")) {
      return tagger.split(line);
    }
    var object = Json.object(line, where);
    if (object.get("tokens") instanceof List<?> list) {
      var tokens = new ArrayList<String>();
      for (var token : list) {
        if (!(token instanceof String text)) {
          throw new DataException(
              "%s: \"tokens\" has an element that is no text.".formatted(where));
        }
        tokens.add(text);
      }
      return tokens;
    }
    if (object.get("text") instanceof String text) {
      return tagger.split(text);
    }
    throw new DataException(
        "%s: there is no field \"tokens\" with an array or \"text\"; write one.".formatted(where));
  }

  private void add(List<String> tokens) {
    waiting.add(tokens);
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  private void wrong(String sentence) {
    flush();
    if (format == Format.JSON) {
      unanswered.add(sentence);
    } else {
      unanswered.add(sentence, "# error: " + sentence + "\n");
    }
  }

  private void flush() {
    var some = List.copyOf(waiting);
    waiting.clear();
    if (!some.isEmpty()) {
      tagger.tagAll(some).forEach(this::print);
    }
  }

  private void print(Tags tags) {
    if (format == Format.CONLL) {
      tags.tags().forEach(tag -> terminal.println(tag.token() + "\t" + tag.tag()));
      terminal.println("");
      return;
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("tokens", tags.tags().stream().map(Tags.Tag::token).toList());
    fields.put("tags", tags.tags().stream().map(Tags.Tag::tag).toList());
    fields.put("probabilities", tags.tags().stream().map(Tags.Tag::probability).toList());
    if (tagger.tagsSpans()) {
      fields.put("spans", tags.spans().stream().map(TagAnswers::fields).toList());
    }
    terminal.println(Json.write(fields));
  }

  private static Object fields(Tags.Span span) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("text", span.text());
    fields.put("type", span.type());
    fields.put("from", span.from());
    fields.put("to", span.to());
    fields.put("probability", span.probability());
    return fields;
  }
}
