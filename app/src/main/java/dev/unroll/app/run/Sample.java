package dev.unroll.app.run;

import dev.unroll.Engine;
import dev.unroll.app.data.Opening;
import dev.unroll.data.Vocabulary;
import dev.unroll.model.Generator;
import dev.unroll.model.Sampling;
import dev.unroll.model.SequenceToSequence;

/// A piece of text from a model as it stands, always drawn with the same random numbers, so that
/// those of two epochs can be compared.
public final class Sample {
  private static final Sampling SAMPLING = new Sampling(0.8, 0, 1);
  private static final long SEED = 1;

  private Sample() {}

  public static String of(SequenceToSequence model, Vocabulary vocabulary, Engine engine,
      int length) {
    if (length == 0) {
      return "";
    }
    var generator = new Generator(model, engine, SAMPLING, SEED, Opening.of(vocabulary, ""));
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(vocabulary.symbol(generator.next()));
    }
    return text.toString();
  }
}
