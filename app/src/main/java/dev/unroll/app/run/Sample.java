package dev.unroll.app.run;

import dev.unroll.Engine;
import dev.unroll.app.data.Opening;
import dev.unroll.model.Generator;
import dev.unroll.model.Sampling;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.text.TextCoding;
import java.util.Arrays;

/// A sample of text from the current model, always drawn with the same random numbers, so that
/// those of two epochs can be compared. It begins a line after some text that the model was not
/// trained on: from the initial state of a text, which is rare in training, a model after one epoch
/// writes noise.
public final class Sample {
  private static final Sampling SAMPLING = new Sampling(0.8, 0, 1);
  private static final long SEED = 1;

  /// The number of symbols that are read first.
  private static final int PAST = 512;

  private Sample() {}

  /// Generates a sample.
  ///
  /// @param text that the model was not trained on
  public static String of(
      SequenceToSequence model, TextCoding coding, Engine engine, int length, int[] text) {
    if (length == 0) {
      return "";
    }
    var generator = new Generator(model, engine, SAMPLING, SEED, opening(coding, text));
    var sample = new StringBuilder();
    var decoder = coding.decoder();
    for (int i = 0; i < length; i++) {
      sample.append(decoder.next(generator.next()));
    }
    return sample.append(decoder.end()).toString();
  }

  /// The beginning of the text up to a line break, so that the sample begins a line.
  private static int[] opening(TextCoding coding, int[] text) {
    boolean lines = coding.unit() != TextCoding.Unit.CHARACTER || coding.tokens().has("\n");
    for (int n = Math.min(PAST, text.length); n > 0; n--) {
      if (!lines || coding.endsLine(text[n - 1])) {
        return Arrays.copyOf(text, n);
      }
    }
    return Opening.of(coding, "");
  }
}
