package dev.unroll.task.transduce;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.score.Bleu;
import dev.unroll.score.ChrF;
import dev.unroll.score.EditRates;
import dev.unroll.task.transduce.Segmentation.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The evaluation of a transducer on some data. Where a source has several targets, each is right,
/// and of the rates the closest counts.
///
/// @param data the name of the test data
/// @param sources the number of different sources
/// @param kind what the targets are, which says which figures matter
/// @param model the figures of the transducer
/// @param copy those of leaving the source as it is
/// @param frequent those of always writing the most frequent target of the training data
/// @param frequentTarget that target
/// @param cut the number of answers that were cut off, as they did not end
/// @param mistakes the ten wrong answers with the highest probability, the highest first
public record TransducerReport(String data, int sources, Kind kind, Figures model, Figures copy,
    Figures frequent, String frequentTarget, int cut, List<Mistake> mistakes) {

  /// What the targets are.
  ///
  /// @param unit their symbols
  /// @param language whether they are sentences of a language
  /// @param words whether the sources are single words
  public record Kind(Unit unit, boolean language, boolean words) {
    /// What [Figures#symbolErrorRate] is called.
    public String symbolErrorRate() {
      return language ? "word error rate" : switch (unit) {
        case CHARACTERS -> "character error rate";
        case WORDS -> "symbol error rate";
        case SUBWORDS -> "subword error rate";
      };
    }

    /// What [Figures#errorRate] is called.
    public String errorRate() {
      return words && !language ? "word error rate" : "wrong as a whole";
    }
  }

  /// How good answers are.
  ///
  /// @param exactMatch the share of answers that are right as a whole
  /// @param symbolErrorRate edits for each symbol of the right target: words of sentences, else the
  ///     symbols that the transducer writes (character error rate, phone error rate)
  /// @param bleu [Bleu], from 0 to 100
  /// @param chrF [ChrF] with β = 2, from 0 to 100
  public record Figures(double exactMatch, double symbolErrorRate, double bleu, double chrF) {

    /// The share of answers that are not right as a whole: the word error rate, if the sources are
    /// words.
    public double errorRate() {
      return 1 - exactMatch;
    }

    static Figures of(List<String> answers, List<List<String>> references, Kind kind,
        Segmentation target) {
      var symbols = kind.language() ? new Segmentation(Unit.WORDS, null) : target;
      var rates = EditRates.of(answers.stream().map(symbols::split).toList(),
          references.stream().map(all -> all.stream().map(symbols::split).toList()).toList());
      return new Figures(rates.exactMatch(), rates.tokenErrorRate(), Bleu.of(answers, references),
          ChrF.of(answers, references));
    }

    SequencedMap<String, Object> fields() {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("exactMatch", exactMatch);
      fields.put("symbolErrorRate", symbolErrorRate);
      fields.put("bleu", bleu);
      fields.put("chrF", chrF);
      return fields;
    }

    static Figures of(JsonFields fields) throws FormatException {
      return new Figures(fields.number("exactMatch"), fields.number("symbolErrorRate"),
          fields.number("bleu"), fields.number("chrF"));
    }
  }

  /// A wrong answer.
  ///
  /// @param where the place of the source
  /// @param source the text
  /// @param target a right answer
  /// @param said the answer
  /// @param probability of the answer
  public record Mistake(String where, String source, String target, String said,
      double probability) {}

  /// The report as JSON fields, for [#of].
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data);
    fields.put("sources", sources);
    fields.put("unit", kind.unit().word());
    fields.put("language", kind.language());
    fields.put("words", kind.words());
    fields.put("model", model.fields());
    fields.put("copy", copy.fields());
    fields.put("frequent", frequent.fields());
    fields.put("frequentTarget", frequentTarget);
    fields.put("cut", cut);
    fields.put("mistakes", mistakes.stream().map(mistake -> {
      var one = new LinkedHashMap<String, Object>();
      one.put("where", mistake.where());
      one.put("source", mistake.source());
      one.put("target", mistake.target());
      one.put("said", mistake.said());
      one.put("probability", mistake.probability());
      return one;
    }).toList());
    return fields;
  }

  /// Reads the fields that [#fields] returns.
  ///
  /// @throws FormatException if something is missing or of another type
  public static TransducerReport of(JsonFields fields) throws FormatException {
    var mistakes = new ArrayList<Mistake>();
    for (var one : fields.objects("mistakes")) {
      mistakes.add(new Mistake(one.string("where"), one.string("source"), one.string("target"),
          one.string("said"), one.number("probability")));
    }
    return new TransducerReport(fields.string("data"), fields.integer("sources"),
        new Kind(TransducerTask.unit(fields.string("unit")), fields.bool("language"),
            fields.bool("words")),
        Figures.of(fields.object("model")), Figures.of(fields.object("copy")),
        Figures.of(fields.object("frequent")), fields.string("frequentTarget"),
        fields.integer("cut"), mistakes);
  }

  @Override
  public String toString() {
    return TransducerReportText.of(this);
  }
}
