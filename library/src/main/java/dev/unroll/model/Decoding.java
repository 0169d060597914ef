package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.model.decoding.Decoder;
import dev.unroll.model.decoding.Permitted;
import dev.unroll.model.decoding.SampleBeam;
import dev.unroll.model.decoding.Writer;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.model.part.LogProbabilities;
import dev.unroll.model.part.Source;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Cancellation;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes sequences for the inputs of a batch, all samples side by side. The same seed gives the
/// same sequences. The label that stands for what is unknown ([dev.unroll.data.Tokens#UNKNOWN]) is
/// never written. The interruption of the thread ends a call by a
/// [java.util.concurrent.CancellationException]. Not thread-safe: overlapping calls are refused by an `IllegalStateException`.
public final class Decoding {
  private final OneCaller caller = new OneCaller("Decoding",
      "bind one for each thread; they may share the model");
  private final Decoder decoder;
  private final Source source;
  private final Writer writer;
  private final LogProbabilities logProbabilities;
  private final int time;
  private final int samples;
  private final int width;
  private Permitted permitted;

  Decoding(Decoder decoder, Source source, Engine engine, int time, int samples, int width) {
    this.decoder = decoder;
    this.source = source;
    this.time = time;
    this.samples = samples;
    this.width = width;
    logProbabilities = new LogProbabilities(engine.kernels(), decoder.outputs().size());
    writer = new Writer(decoder, engine, time, samples, width);
    permitted = new Permitted(decoder, 0);
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      source.load();
      writer.load();
    } finally {
      caller.leave();
    }
  }

  /// Sets the least number of symbols of a sequence, without its end; 0 by default.
  ///
  /// @return this
  /// @throws IllegalArgumentException if it is negative
  public Decoding shortest(int symbols) {
    if (symbols < 0) {
      throw new IllegalArgumentException(
          "sequences of at least %d symbols, expected 0 or more".formatted(symbols));
    }
    caller.enter();
    try {
      permitted = new Permitted(decoder, symbols);
      return this;
    } finally {
      caller.leave();
    }
  }

  /// A sequence for each sample of the batch.
  ///
  /// @param longest the largest number of symbols of a sequence, without its end
  /// @param seed of the random numbers; unused by a beam
  public List<Hypothesis> decode(Batch batch, Search search, int longest, long seed) {
    caller.enter();
    try {
      return switch (search) {
        case Search.Beam beam ->
            followed(batch, beam, longest).stream().map(List::getFirst).toList();
        case Search.Draws(var sampling) -> draw(batch, sampling, longest, seed);
      };
    } finally {
      caller.leave();
    }
  }

  /// The sequences of each sample that a beam search ends with, the best first.
  ///
  /// @param longest the largest number of symbols of a sequence, without its end
  public List<List<Hypothesis>> hypotheses(Batch batch, Search.Beam beam, int longest) {
    caller.enter();
    try {
      return followed(batch, beam, longest);
    } finally {
      caller.leave();
    }
  }

  private List<List<Hypothesis>> followed(Batch batch, Search.Beam beam, int longest) {
    if (beam.width() > width) {
      throw new IllegalArgumentException(
          "a beam of %d, but the model was bound to at most %d".formatted(beam.width(), width));
    }
    begin(batch, longest);
    var beams = new ArrayList<SampleBeam>();
    for (int b = 0; b < batch.samples(); b++) {
      beams.add(new SampleBeam(beam, b * width, decoder, longest, permitted));
    }
    int[] symbols = first();
    int[] parents = new int[symbols.length];
    while (beams.stream().anyMatch(SampleBeam::goesOn)) {
      Cancellation.check();
      var logits = writer.step(symbols);
      Arrays.setAll(parents, row -> row);
      for (var one : beams) {
        if (one.goesOn()) {
          one.requireProbabilities(logits);
          one.extend(logProbabilities, logits, symbols, parents);
        }
      }
      writer.choose(parents);
    }
    return beams.stream().map(SampleBeam::result).toList();
  }

  private void begin(Batch batch, int longest) {
    if (longest < 1) {
      throw new IllegalArgumentException(
          "sequences of at most %d symbols, expected at least 1".formatted(longest));
    }
    if (batch.batch() != samples || batch.input().steps() > time) {
      throw new IllegalArgumentException(
          ("the batch has %d columns and %d steps of input, but the model is bound to %d and up to "
              + "%d")
              .formatted(batch.batch(), batch.input().steps(), samples, time));
    }
    source.forward(batch.input(), 0);
    writer.begin(source);
  }

  private int[] first() {
    int[] symbols = new int[samples * width];
    Arrays.fill(symbols, decoder.border());
    return symbols;
  }

  private List<Hypothesis> draw(Batch batch, Sampling sampling, int longest, long seed) {
    begin(batch, longest);
    var random = CounterRandom.of(seed).stream("decode");
    int[] symbols = first();
    int[] parents = new int[symbols.length];
    Arrays.setAll(parents, row -> row);
    var drawn = new ArrayList<Drawn>();
    for (int b = 0; b < batch.samples(); b++) {
      drawn.add(new Drawn(b, longest));
    }
    for (int t = 0; drawn.stream().anyMatch(one -> !one.isOver); t++) {
      Cancellation.check();
      var logits = writer.step(symbols);
      for (var one : drawn) {
        if (!one.isOver) {
          one.extend(logits, sampling, random.uniform(t, one.sample), symbols);
        }
      }
      writer.choose(parents);
    }
    return drawn.stream().map(Drawn::result).toList();
  }

  /// A sequence that is drawn symbol by symbol.
  private final class Drawn {
    private final int sample;
    private final int[] written;
    private int length;
    private double logProbability;
    private boolean hasEnded;
    private boolean isOver;

    Drawn(int sample, int longest) {
      this.sample = sample;
      written = new int[longest];
    }

    void extend(Rows logits, Sampling sampling, double u, int[] symbols) {
      int row = sample * width;
      FiniteAnswers.requireLogits(logits, row, decoder.parameters());
      int symbol = sampling.draw(permitted.masked(logits, row, length), u);
      hasEnded = decoder.outputs().ends() && symbol == decoder.border();
      isOver = hasEnded || length == written.length;
      if (hasEnded || !isOver) {
        double normalizer = logProbabilities.normalizer(logits, row);
        logProbability += LogProbabilities.of(logits, row, symbol, normalizer);
      }
      if (!isOver) {
        written[length++] = symbol;
        symbols[row] = symbol;
        isOver = !decoder.outputs().ends() && length == written.length;
      }
    }

    Hypothesis result() {
      return new Hypothesis(Arrays.copyOf(written, length), hasEnded,
          decoder.outputs().ends() && !hasEnded, logProbability, logProbability);
    }
  }

  /// A sequence that a model wrote.
  ///
  /// @param symbols without the end
  /// @param ended whether the model ended it; false if the limit was reached, or sequences have no
  ///     end
  /// @param logProbability the logarithm of its probability, that of its end included
  /// @param cut whether the limit cut it off: the model would have continued to an end of its own
  /// @param score what it was chosen by: `logProbability` divided by the length penalty
  public record Hypothesis(
      int[] symbols, boolean ended, boolean cut, double logProbability, double score) {}
}
