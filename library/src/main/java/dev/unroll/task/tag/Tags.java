package dev.unroll.task.tag;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.score.SpanCounts;
import java.util.ArrayList;
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
  /// @param start the index of its first character in the text, as of [String#substring]; −1 if
  ///     tokens were tagged and no text
  /// @param end the index behind its last character, or −1
  public record Tag(String token, String tag, double probability, int start, int end) {
    /// Of no text.
    public Tag(String token, String tag, double probability) {
      this(token, tag, probability, -1, -1);
    }

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
  /// @param start the index of its first character in the text, as of [String#substring]; −1 if
  ///     tokens were tagged and no text
  /// @param end the index behind its last character, or −1
  public record Span(String text, String type, int from, int to, double probability, int start,
      int end) {
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
          inside.stream().mapToDouble(Tag::probability).min().orElse(0),
          inside.getFirst().start(), inside.getLast().end());
    }).toList();
  }

  /// The same with the places of the tokens in the text that they are of.
  ///
  /// @throws DataException if they are not in it, in their order
  public Tags in(String text) {
    DataException.refuseNull(text, "the text");
    var placed = new ArrayList<Tag>();
    int end = 0;
    for (var tag : tags) {
      int start = text.indexOf(tag.token(), end);
      if (start < 0) {
        throw new DataException(
            "The token \"%s\" is not in the text after index %d; give the text that was split."
                .formatted(Excerpt.of(tag.token()), end));
      }
      end = start + tag.token().length();
      placed.add(new Tag(tag.token(), tag.tag(), tag.probability(), start, end));
    }
    return new Tags(placed);
  }

  @Override
  public String toString() {
    return tags.stream().map(Tag::toString).collect(Collectors.joining(" "));
  }
}
