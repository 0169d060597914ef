package dev.unroll.task.transduce;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Decoding;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.GenerativePredictor;
import dev.unroll.model.Search;
import dev.unroll.task.transduce.Transduction.Hypothesis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/// Writes texts for texts with a model. One caller at a time.
final class TextWriter {
  private static final double LENGTH_PENALTY = 0.6;

  /// Longer texts are refused: attention needs memory for each symbol.
  private static final int LONGEST_SOURCE = 2_000;

  private final Transducer.Setting setting;
  private final Tokens sources;
  private final Tokens targets;
  private final GenerativePredictor predictor;
  private int beam;

  TextWriter(EncoderDecoder model, Transducer.Setting setting, Engine engine) {
    this.setting = setting;
    sources = Objects.requireNonNull(model.architecture().inputs().tokens());
    targets = Objects.requireNonNull(model.architecture().outputs().labels());
    predictor = model.predictor(engine).longest(setting.longest())
        .shortest(1); // no pair of the training has an empty target
  }

  /// Takes over changed parameters.
  void load() {
    predictor.load();
  }

  /// The best text for each text.
  ///
  /// @throws DataException if one is blank or far too long
  List<String> best(List<String> texts, int width) {
    return found(texts, width).stream()
        .map(all -> text(all.getFirst())).toList();
  }

  /// All texts that the beam ends with for each text.
  ///
  /// @throws DataException if one is blank or far too long
  List<Transduction> transduce(List<String> texts, int width) {
    return found(texts, width).stream().map(this::transduction).toList();
  }

  private List<List<Decoding.Hypothesis>> found(List<String> texts, int width) {
    var inputs = new ArrayList<Values>(texts.size());
    texts.forEach(text -> inputs.add(encoded(text)));
    if (width != beam) {
      predictor.search(Search.beam(width, LENGTH_PENALTY));
      beam = width;
    }
    return predictor.hypotheses(inputs);
  }

  private Values encoded(String text) {
    var symbols = setting.source().split(text);
    if (symbols.isEmpty()) {
      throw new DataException("The text is blank, expected something to read.");
    }
    if (symbols.size() > LONGEST_SOURCE) {
      throw new DataException(
          "\"%s\" has %d %s, but at most %d are read; divide it.".formatted(Excerpt.of(text),
              symbols.size(), setting.source().unit().word(), LONGEST_SOURCE));
    }
    return new Values.Symbols(sources.encode(symbols));
  }

  private String text(Decoding.Hypothesis hypothesis) {
    return setting.target().join(targets.decode(hypothesis.symbols()));
  }

  /// Subwords can write a text in several ways, whose probabilities add up.
  private Transduction transduction(List<Decoding.Hypothesis> found) {
    var texts = new LinkedHashMap<String, Hypothesis>();
    for (var one : found) {
      var text = text(one);
      texts.merge(text, new Hypothesis(text, StrictMath.exp(one.logProbability()), one.cut()),
          (a, b) -> new Hypothesis(text, a.probability() + b.probability(), a.cut()));
    }
    return new Transduction(List.copyOf(texts.values()));
  }
}
