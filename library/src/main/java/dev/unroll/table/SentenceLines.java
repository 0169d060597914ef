package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.json.Json;
import dev.unroll.table.text.Characters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads sentences from JSON Lines: `{"tokens": […], "tags": […]}` a line.
final class SentenceLines {
  private static final String TOKENS = "tokens";
  private static final String TAGS = "tags";

  private SentenceLines() {}

  /// @param tagged whether tags are wanted
  /// @throws DataException one sentence with the line
  static Sentences read(Path file, boolean tagged) {
    var tokens = new ArrayList<String[]>();
    var tags = new ArrayList<String[]>();
    var lines = new ArrayList<int[]>();
    try (var in = new BufferedReader(Characters.of(file))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          var where = "%s, line %d".formatted(file, number);
          var object = object(line, where);
          tokens.add(strings(object, TOKENS, where));
          if (tagged) {
            tags.add(strings(object, TAGS, where));
            Sentences.requireAsMany(where, tokens.getLast(), tags.getLast());
          }
          lines.add(new int[] {number});
        }
      }
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    if (tokens.isEmpty()) {
      throw new DataException("%s is empty; give {\"tokens\": […], \"tags\": […]} in each line."
          .formatted(file));
    }
    return new Sentences(file.toString(), TAGS, tokens, tags, lines);
  }

  private static Map<String, @Nullable Object> object(String line, String where) {
    try {
      return Json.object(line, where);
    } catch (FormatException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String[] strings(Map<String, @Nullable Object> object, String field,
      String where) {
    if (!(object.get(field) instanceof List<?> list)) {
      throw new DataException(
          "%s: there is no array \"%s\"; write {\"tokens\": […], \"tags\": […]}."
              .formatted(where, field));
    }
    var texts = new String[list.size()];
    for (int i = 0; i < texts.length; i++) {
      if (!(list.get(i) instanceof String text) || text.isBlank()) {
        throw new DataException("%s: element %d of \"%s\" is no text, expected one for each token."
            .formatted(where, i + 1, field));
      }
      texts[i] = Normalizer.normalize(text, Normalizer.Form.NFC);
    }
    return texts;
  }
}
