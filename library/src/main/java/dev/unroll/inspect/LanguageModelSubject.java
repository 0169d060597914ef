package dev.unroll.inspect;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Probe;
import dev.unroll.layer.Probes;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModelRun;
import dev.unroll.model.Score;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A language model, from the beginning of each text. What follows a shorter text asks nothing and comes
/// too late to change it.
final class LanguageModelSubject extends Subject {
  private final LanguageModel model;

  LanguageModelSubject(LanguageModel model) {
    super(model.parameters(), List.of(model.layers()));
    this.model = model;
  }

  @Override
  Pass bind(Engine engine, Size size, @Nullable Probes probes) {
    var bounds = Bounds.of(size.time(), size.batch(), true).probed(probes).quietly();
    return new TextPass(model.run(engine, bounds), size.batch());
  }

  @Override
  boolean writes(String layer) {
    return false;
  }

  @Override
  int askedAt(Probe probe, Example example, int position) {
    return position;
  }

  private record TextPass(LanguageModelRun run, int batch) implements Pass {
    @Override
    public Score run(List<Example> examples, int @Nullable [] positions) {
      int steps = examples.stream().mapToInt(e -> e.input().length()).max().orElse(0);
      int[] symbols = new int[steps * batch];
      int[] targets = new int[steps * batch];
      Arrays.fill(targets, -1);
      long asked = 0;
      for (int b = 0; b < examples.size(); b++) {
        var example = examples.get(b);
        if (!(example.input() instanceof Values.Symbols(var read))
            || !(example.target() instanceof Values.Symbols(var follow))
            || read.length != follow.length) {
          throw new DataException(
              "Example %d is %s; a language model reads texts, see Subject.text."
                  .formatted(b, example));
        }
        for (int t = 0; t < read.length; t++) {
          symbols[t * batch + b] = read[t];
          if (positions == null || positions[b] == t) {
            targets[t * batch + b] = follow[t];
            asked += follow[t] < 0 ? 0 : 1;
          }
        }
      }
      run.load();
      run.reset();
      double mean = run.train(symbols, targets, steps, 0);
      return new Score(mean * asked, asked, 0);
    }

    @Override
    public long bytes() {
      return run.bytes();
    }
  }

  @Override
  public String toString() {
    return model.toString();
  }
}
