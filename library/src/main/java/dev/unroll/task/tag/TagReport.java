package dev.unroll.task.tag;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.score.SpanCounts;
import dev.unroll.score.SpanCounts.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// How good a tagger is on some sentences, beside the most frequent tag of each word.
///
/// @param data what was tagged
/// @param spans whether tags are spans, which are counted as conlleval does; else each token counts
///     for its label
/// @param counts of each type of spans, or of each label
/// @param baseline the same of the most frequent tag of each word, and of all for others
/// @param unknown the number of tokens whose word was not known, other than by its letters
/// @param unknownRight how many of them have the right tag
/// @param confusions the most frequent ones, the first is the most frequent
/// @param unseen the tags that the tagger does not know, which count as wrong
public record TagReport(String data, boolean spans, SpanCounts counts, SpanCounts baseline,
    long unknown, long unknownRight, List<Confused> confusions, List<String> unseen) {

  /// Two tags that are confused.
  ///
  /// @param tag the right one
  /// @param said by the tagger
  /// @param count how often
  public record Confused(String tag, String said, long count) {}

  /// Copies the lists.
  public TagReport {
    confusions = List.copyOf(confusions);
    unseen = List.copyOf(unseen);
  }

  /// The share of tokens with the right tag.
  public double accuracy() {
    return counts.accuracy();
  }

  /// F1 of all spans; of labels, the accuracy.
  public double f1() {
    return counts.all().f1();
  }

  /// The share of tokens of unknown words with the right tag; NaN if there are none.
  public double unknownAccuracy() {
    return unknown == 0 ? Double.NaN : (double) unknownRight / unknown;
  }

  /// The contents in a form that JSON has.
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data);
    fields.put("spans", spans);
    fields.put("counts", fields(counts));
    fields.put("baseline", fields(baseline));
    fields.put("unknown", unknown);
    fields.put("unknownRight", unknownRight);
    fields.put("confusions",
        confusions.stream().map(c -> List.of(c.tag(), c.said(), Long.toString(c.count())))
            .toList());
    fields.put("unseen", unseen);
    return fields;
  }

  private static SequencedMap<String, Object> fields(SpanCounts counts) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("tokens", counts.tokens());
    fields.put("right", counts.rightTokens());
    var types = new LinkedHashMap<String, Object>();
    counts.types()
        .forEach((type, c) -> types.put(type, List.of(c.expected(), c.found(), c.correct())));
    fields.put("types", types);
    return fields;
  }

  static TagReport of(JsonFields fields) throws FormatException {
    var confusions = new ArrayList<Confused>();
    for (var entry : fields.list("confusions")) {
      if (!(entry instanceof List<?> list) || list.size() != 3) {
        throw new IllegalArgumentException("a confusion is not two tags and a number");
      }
      confusions.add(new Confused(String.valueOf(list.get(0)), String.valueOf(list.get(1)),
          Long.parseLong(String.valueOf(list.get(2)))));
    }
    return new TagReport(fields.string("data"), fields.bool("spans"),
        counts(fields.object("counts")), counts(fields.object("baseline")),
        fields.longInteger("unknown"), fields.longInteger("unknownRight"), confusions,
        fields.strings("unseen"));
  }

  private static SpanCounts counts(JsonFields fields) throws FormatException {
    var types = new LinkedHashMap<String, Counts>();
    var stored = fields.object("types");
    for (var type : stored.keys()) {
      var numbers = stored.longs(type);
      if (numbers.size() != 3) {
        throw new IllegalArgumentException("the counts of a type are not three");
      }
      types.put(type, new Counts(numbers.get(0), numbers.get(1), numbers.get(2)));
    }
    return new SpanCounts(types, fields.longInteger("tokens"), fields.longInteger("right"));
  }

  /// The tables for a terminal.
  @Override
  public String toString() {
    return TagReportText.of(this);
  }
}
