package dev.unroll.app.task;

import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.Unanswered;
import dev.unroll.data.DataException;
import dev.unroll.data.Utf8Lines;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.table.Conll;
import dev.unroll.table.Sentences;
import dev.unroll.table.Texts;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tags sentences as they arrive and prints each in their order: as a JSON object a line, or in
/// columns with a blank line after it. A line that cannot be tagged is reported, and the others are
/// still answered.
///
/// | given | sentences |
/// | --- | --- |
/// | standard input, `.txt` and files of no known kind | a line each: a text, or an object with `tokens` or `text` |
/// | `.jsonl` | an object a line |
/// | `.conll`, `.conllu`, `.bio`, `.iob`, `.tsv`, others that [Conll#looksLike] | CoNLL, of which the tokens are read |
///
/// A blank line between texts is answered by an error, so that answers and lines stay side by side.
public final class TagAnswers {
  private static final int BATCH = 64;

  /// How sentences are written that are to be tagged.
  public enum Input {
    /// A token a line, and a blank line after each sentence.
    CONLL,
    /// A text a line.
    TEXT,
    /// An object a line.
    JSON
  }

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
  private final List<Sentence> waiting = new ArrayList<>();
  private final Unanswered unanswered;

  public TagAnswers(Terminal terminal, Tagger tagger, Format format) {
    this.terminal = terminal;
    this.tagger = tagger;
    this.format = format;
    unanswered = new Unanswered(terminal);
  }

  /// Tokens to be tagged, and the text that they are of, if there is one.
  private record Sentence(List<String> tokens, @Nullable String text) {}

  /// Throws if a line could not be tagged.
  public void requireAll() {
    unanswered.requireNone();
  }

  /// Tags a file.
  ///
  /// @param given how it is written; null to tell it by its name and, of a text, by its first lines
  /// @throws DataException if it cannot be read at all
  public void read(Path file, @Nullable Input given) throws IOException {
    try (var in = Texts.lines(file)) {
      read(in, file.toString(), given != null ? given : kind(file));
    }
  }

  /// Tags what arrives, as soon as no more lines are waiting.
  ///
  /// @param name of the input
  /// @param given how it is written; null for texts and objects
  public void read(InputStream in, String name, @Nullable Input given) throws IOException {
    read(new Utf8Lines(in, name), name, given);
  }

  private static @Nullable Input kind(Path file) throws IOException {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (Sentences.isJson(file)) {
      return Input.JSON;
    }
    return name.matches(".*\\.(conll|conllu|conllx|bio|iob|iob2|tsv)(\\.gz)?")
        || Conll.looksLike(file) ? Input.CONLL : null;
  }

  private void read(Utf8Lines in, String name, @Nullable Input kind) throws IOException {
    if (kind == Input.CONLL) {
      columns(in, name);
    } else {
      lines(in, kind);
    }
    flush();
  }

  private void columns(Utf8Lines in, String name) throws IOException {
    Conll.tokens(in, name, new Conll.Taker() {
      @Override
      public void sentence(List<String> tokens) {
        add(new Sentence(tokens, null));
      }

      @Override
      public void wrong(String message) {
        TagAnswers.this.wrong(message);
      }

      @Override
      public void flush() {
        TagAnswers.this.flush();
      }
    });
  }

  private void lines(Utf8Lines lines, @Nullable Input kind) throws IOException {
    var blank = new ArrayList<String>();
    for (boolean more = true; more;) {
      String line = null;
      String wrong = null;
      try {
        line = lines.next();
        more = line != null;
      } catch (DataException e) {
        wrong = Failure.sentence(e);
      }
      if (line != null && line.isBlank()) {
        if (kind != Input.JSON) {
          blank.add(lines.where()); // at the end it means nothing, between others it asks an answer
        }
      } else if (more) {
        blank.forEach(where -> line("", where, kind));
        blank.clear();
        if (line == null) {
          wrong(String.valueOf(wrong));
        } else {
          line(line, lines.where(), kind);
        }
      }
      if (!more || !lines.ready()) {
        flush();
      }
    }
  }

  private void line(String line, String where, @Nullable Input kind) {
    try {
      var sentence = sentence(line, where, kind);
      var tokens = sentence.tokens();
      if (tokens.isEmpty() || tokens.stream().anyMatch(String::isBlank)) {
        throw new DataException(
            "%s: there is no token, or one is blank; give at least one letter for each."
                .formatted(where));
      }
      add(sentence);
    } catch (FormatException | DataException e) {
      wrong(Failure.sentence(e));
    }
  }

  private Sentence sentence(String line, String where, @Nullable Input kind)
      throws FormatException {
    if (kind == Input.TEXT || kind == null && !line.stripLeading().startsWith("{")) {
      return new Sentence(tagger.split(line), line);
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
      return new Sentence(tokens, null);
    }
    if (object.get("text") instanceof String text) {
      return new Sentence(tagger.split(text), text);
    }
    throw new DataException(
        "%s: there is no field \"tokens\" with an array or \"text\"; write one.".formatted(where));
  }

  private void add(Sentence sentence) {
    waiting.add(sentence);
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
      var tagged = tagger.tagAll(some.stream().map(Sentence::tokens).toList());
      for (int i = 0; i < some.size(); i++) {
        var text = some.get(i).text();
        print(text == null ? tagged.get(i) : tagged.get(i).in(text));
      }
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
    if (span.start() >= 0) {
      fields.put("start", span.start());
      fields.put("end", span.end());
    }
    fields.put("probability", span.probability());
    return fields;
  }
}
