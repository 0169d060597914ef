package dev.unroll.task.tag;

import dev.unroll.score.SpanCounts;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The tags of a sentence.
///
/// @param tags one of each token
public record Tags(List<Tag> tags) {

  /// The tag of a token.
  ///
  /// @param probability of that tag, whatever those of the other tokens are
  public record Tag(String token, String tag, double probability) {
    @Override
    public String toString() {
      return token + "/" + tag;
    }
  }

  /// A span of tokens, such as a name.
  ///
  /// @param text its tokens, with blanks between them
  /// @param type what it is
  /// @param from the number of its first token, from 0
  /// @param to the number behind its last token
  /// @param probability the smallest of those of its tags
  public record Span(String text, String type, int from, int to, double probability) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s: %s (%.1f %%)", type, text, 100 * probability);
    }
  }

  /// Copies the list.
  public Tags {
    tags = List.copyOf(tags);
  }

  /// The spans, if the tags are `B-TYPE`, `I-TYPE` and `O`; of labels that are no spans, none.
  public List<Span> spans() {
    var names = tags.stream().map(Tag::tag).toList();
    if (names.stream().anyMatch(name -> !name.equals(TagForm.OUTSIDE) && !name.startsWith("B-")
        && !name.startsWith("I-"))) {
      return List.of();
    }
    return SpanCounts.spans(names).stream().map(span -> {
      var inside = tags.subList(span.from(), span.to());
      return new Span(inside.stream().map(Tag::token).collect(Collectors.joining(" ")),
          span.type(), span.from(), span.to(),
          inside.stream().mapToDouble(Tag::probability).min().orElse(0));
    }).toList();
  }

  @Override
  public String toString() {
    return tags.stream().map(Tag::toString).collect(Collectors.joining(" "));
  }
}
