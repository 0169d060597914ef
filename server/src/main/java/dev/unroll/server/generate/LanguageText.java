package dev.unroll.server.generate;

import dev.unroll.Engine;
import dev.unroll.format.FormatException;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.TokenBatcher;
import dev.unroll.server.batch.TokenCall;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import dev.unroll.train.text.TextCoding;
import dev.unroll.train.text.TextCoding.Unit;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;

/// A language model that writes on. Texts that are written at once are stepped together; each is
/// that of `unroll generate` with the same seed.
public final class LanguageText implements TextModel {
  private final SequenceToSequence model;
  private final TextCoding coding;
  private final TokenBatcher batcher;

  /// @param capacity the most texts that are stepped in a call
  /// @param stepped is told how many symbols were read in a call
  /// @throws FormatException if the file does not say what its symbols are
  public LanguageText(ModelFile file, int capacity, IntConsumer stepped) throws FormatException {
    model = file.languageModel();
    coding = TextCoding.of(file);
    batcher = new TokenBatcher(model.stepper(Engine.of(1), Math.min(capacity, 64)), capacity,
        stepped);
  }

  @Override
  public boolean followsBeam() {
    return false;
  }

  @Override
  public Ending write(Writing asked, Client client, TextSink sink) throws IOException {
    var random = CounterRandom.of(asked.seed()).stream("generate");
    var state = batcher.initial();
    var logits = new float[batcher.outputs()];
    var rows = new Rows(logits, 0, logits.length);
    for (int symbol : opening(asked.text())) {
      client.requireThere();
      batcher.read(new TokenCall(symbol, state, logits));
    }
    var decoder = coding.decoder();
    var search = new StopSearch(asked.stop(), sink);
    for (int i = 0; i < asked.most(); i++) {
      client.requireThere();
      FiniteAnswers.requireLogits(rows, 0, model.parameters());
      int symbol = asked.sampling().draw(rows, random.uniform(0, i));
      if (search.take(decoder.next(symbol))) {
        return new Ending(Ending.STOP, i + 1, List.of());
      }
      if (i + 1 < asked.most()) {
        batcher.read(new TokenCall(symbol, state, logits));
      }
    }
    boolean stopped = search.take(decoder.end());
    search.end();
    return new Ending(stopped ? Ending.STOP : Ending.LENGTH, asked.most(), List.of());
  }

  /// What is read before a text is written: a line break, as in training a model hardly ever saw
  /// the very beginning of a text, and the prompt.
  private int[] opening(String prompt) {
    if (coding.unit() != Unit.CHARACTER || coding.tokens().has("\n")) {
      if (!prompt.isEmpty()) {
        coding.encode(prompt); // so that a fault is named by its place in the prompt
      }
      return coding.encode("\n" + prompt);
    }
    return prompt.isEmpty() ? new int[] {0} : coding.encode(prompt);
  }
}
