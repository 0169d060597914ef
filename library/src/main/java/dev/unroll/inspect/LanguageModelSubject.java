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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A language model, from the beginning of each text, or from where a window of it begins. What follows a shorter text asks nothing and comes
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
    return new TextPass(engine, model.run(engine, bounds), size);
  }

  @Override
  boolean writes(String layer) {
    return false;
  }

  @Override
  int askedAt(Probe probe, Example example, int position) {
    return position;
  }

  private final class TextPass implements Pass {
    private final Engine engine;
    private final LanguageModelRun run;
    private final int batch;
    private final int time;
    private final List<float[]> start = new ArrayList<>();

    TextPass(Engine engine, LanguageModelRun run, Size size) {
      this.engine = engine;
      this.run = run;
      batch = size.batch();
      time = size.time();
    }

    /// Reads as many steps at once as are looked at, for one text, and keeps the states alone.
    @Override
    public void startAfter(int[] symbols) {
      start.clear();
      if (symbols.length == 0) {
        return;
      }
      var reading = model.run(engine, Bounds.of(Math.min(time, symbols.length), 1, false));
      for (int from = 0; from < symbols.length; from += time) {
        int n = Math.min(time, symbols.length - from);
        reading.logits(Arrays.copyOfRange(symbols, from, from + n), n);
      }
      for (var state : reading.states()) {
        var rows = state.rows();
        start.add(Arrays.copyOfRange(
            rows.array(), rows.offset(), rows.offset() + rows.columns()));
      }
    }

    /// Sets the states of all samples.
    private void begin() {
      run.reset();
      for (int i = 0; i < start.size(); i++) {
        var rows = run.states().get(i).rows();
        for (int b = 0; b < batch; b++) {
          System.arraycopy(start.get(i), 0, rows.array(), rows.offset() + b * rows.columns(),
              rows.columns());
        }
      }
    }

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
      begin();
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
