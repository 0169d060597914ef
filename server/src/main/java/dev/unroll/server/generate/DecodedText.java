package dev.unroll.server.generate;

import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Decoding;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.GenerativePredictor;
import dev.unroll.model.Search;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.batch.Lanes;
import java.io.IOException;
import java.util.List;

/// An encoder–decoder that knows the tokens of both sides: it writes a text for a text, by a beam
/// or by drawing.
public final class DecodedText implements TextModel {
  private final EncoderDecoder model;
  private final Tokens labels;
  private final ComputeThreads compute;
  private final Lanes<GenerativePredictor> predictors;

  /// @param labels what its outputs are
  public DecodedText(EncoderDecoder model, Tokens labels, ComputeThreads compute) {
    this.model = model;
    this.labels = labels;
    this.compute = compute;
    predictors = new Lanes<>(model::predictor);
  }

  @Override
  public boolean followsBeam() {
    return true;
  }

  @Override
  public Ending write(Writing asked, Client client, TextSink sink) throws IOException {
    var input = new Symbols(model.architecture().inputs().encode(asked.text()));
    var found = compute.call(client, () -> predictors.use(predictor -> {
      predictor.longest(asked.most());
      return asked.beam() > 0 ? predictor.hypotheses(input, new Search.Beam(asked.beam(), 0.6))
          : List.of(predictor.search(new Search.Draws(asked.sampling())).decode(input));
    }));
    var best = found.getFirst();
    var search = new StopSearch(asked.stop(), sink);
    boolean stopped = search.take(text(best));
    if (!stopped) {
      search.end();
    }
    return new Ending(stopped ? Ending.STOP : best.cut() ? Ending.LENGTH : Ending.END,
        best.symbols().length, asked.beam() == 0 ? List.of()
            : found.stream().limit(asked.hypotheses())
                .map(h -> new Ending.Hypothesis(text(h), h.logProbability())).toList());
  }

  private String text(Decoding.Hypothesis hypothesis) {
    boolean characters =
        labels.toList().stream().allMatch(t -> t.codePointCount(0, t.length()) == 1);
    return String.join(characters ? "" : " ", labels.decode(hypothesis.symbols()));
  }
}
