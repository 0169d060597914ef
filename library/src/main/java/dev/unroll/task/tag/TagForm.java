package dev.unroll.task.tag;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Sentences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What tags are: labels, each of a token, or spans of tokens, which become `B-TYPE`, `I-TYPE` and
/// `O`.
enum TagForm {
  /// Labels.
  LABELS {
    @Override
    List<String> normalized(List<String> tags) {
      return tags;
    }

    @Override
    List<String> closed(Set<String> tags) {
      return List.copyOf(new TreeSet<>(tags));
    }
  },
  /// Spans as BIO, IOB1, BILOU or IOBES.
  SPANS {
    @Override
    List<String> normalized(List<String> tags) {
      var normal = new ArrayList<String>(tags.size());
      for (int t = 0; t < tags.size(); t++) {
        var tag = tags.get(t);
        if (!isSpan(tag)) {
          normal.add(tag); // of no notation: it stays as it is
          continue;
        }
        var before = t == 0 ? OUTSIDE : tags.get(t - 1);
        boolean begins = switch (tag.charAt(0)) {
          case 'B', 'U', 'S' -> true;
          default -> before.equals(OUTSIDE) || !type(before).equals(type(tag))
              || !isSpan(before) || "LEUS".indexOf(before.charAt(0)) >= 0;
        };
        normal.add(tag.equals(OUTSIDE) ? tag : (begins ? "B-" : "I-") + type(tag));
      }
      return normal;
    }

    @Override
    List<String> closed(Set<String> tags) {
      var all = new TreeSet<String>();
      all.add(OUTSIDE);
      tags.stream().filter(tag -> !tag.equals(OUTSIDE)).forEach(tag -> {
        all.add("B-" + type(tag));
        all.add("I-" + type(tag));
      });
      return List.copyOf(all);
    }
  };

  static final String OUTSIDE = "O";
  private static final Pattern SPAN = Pattern.compile("[BILOUES]-.+");

  /// They are spans, if each tag is `O` or has the letter of a span and a type, some of them those
  /// of a beginning or an inside, or beside `O` those of a span of one token.
  static TagForm of(Set<String> tags) {
    boolean all = tags.stream().allMatch(TagForm::isSpan);
    return all && tags.stream().anyMatch(tag -> tag.startsWith("B-") || tag.startsWith("I-")
        || tags.contains(OUTSIDE) && (tag.startsWith("U-") || tag.startsWith("S-")))
            ? SPANS
            : LABELS;
  }

  /// The tags of a sentence in the form that is learned.
  abstract List<String> normalized(List<String> tags);

  /// The tags that a model can output, in lexicographic order: each span can begin and go on.
  abstract List<String> closed(Set<String> tags);

  /// Whether a tag is in a notation of spans: outside of one, or a letter with a type.
  static boolean isSpan(String tag) {
    return tag.equals(OUTSIDE) || SPAN.matcher(tag).matches();
  }

  /// The type of a tag; one of no notation is a type as it stands.
  static String type(String tag) {
    return tag.equals(OUTSIDE) ? "" : isSpan(tag) ? tag.substring(2) : tag;
  }

  /// Refuses tags to compare with of which none is in a notation of spans: they are of another
  /// kind, such as parts of speech.
  ///
  /// @throws DataException that names one
  void requireAlike(Sentences sentences) {
    if (this == SPANS && IntStream.range(0, sentences.size())
        .noneMatch(i -> sentences.tags(i).stream().anyMatch(TagForm::isSpan))) {
      throw new DataException(
          ("%s: no tag of column %s is one of spans, such as B-PER and O, which the tagger learned;"
              + " the first is \"%s\"; is it the right column?").formatted(sentences.name(),
                  sentences.column(), Excerpt.of(sentences.tags(0).getFirst())));
    }
  }

  /// The name of the notation in which spans are written.
  static String notation(Sentences sentences) {
    var letters = new HashSet<Character>();
    boolean begun = true;
    for (int i = 0; i < sentences.size(); i++) {
      var before = OUTSIDE;
      for (var tag : sentences.tags(i)) {
        letters.add(tag.charAt(0));
        begun &= tag.charAt(0) != 'I' || !before.equals(OUTSIDE) && type(before).equals(type(tag));
        before = tag;
      }
    }
    if (letters.contains('L') || letters.contains('U')) {
      return "BILOU";
    }
    if (letters.contains('S') || letters.contains('E')) {
      return "IOBES";
    }
    return begun && letters.contains('B') ? "BIO" : "IOB1";
  }

}
