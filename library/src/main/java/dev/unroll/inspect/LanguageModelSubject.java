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

/// A language model that reads texts, each from the states in which a past ends. What follows a shorter text
/// asks nothing and comes too late to change it.
final class LanguageModelSubject extends Subject {
  /// Steps that are read in one call.
  private static final int AT_ONCE = 128;

  private final LanguageModel model;
  private final int[] past;

  LanguageModelSubject(LanguageModel model, int[] past) {
    super(model.parameters(), List.of(model.layers()));
    this.model = model;
    this.past = past;
  }

  @Override
  Pass bind(Engine engine, Size size, @Nullable Probes probes) {
    var bounds = Bounds.of(size.time(), size.batch(), true).probed(probes).quietly();
    return new TextPass(model.run(engine, bounds), size.batch(), begin(engine));
  }

  @Override
  boolean writes(String layer) {
    return false;
  }

  @Override
  int askedAt(Probe probe, Example example, int position) {
    return position;
  }

  /// The states in which the past ends; nothing else of it is kept.
  private List<float[]> begin(Engine engine) {
    var states = new ArrayList<float[]>();
    if (past.length == 0) {
      return states;
    }
    var reading = model.run(engine, Bounds.of(Math.min(AT_ONCE, past.length), 1, false));
    for (int from = 0; from < past.length; from += AT_ONCE) {
      int n = Math.min(AT_ONCE, past.length - from);
      reading.logits(Arrays.copyOfRange(past, from, from + n), n);
    }
    for (var state : reading.states()) {
      var rows = state.rows();
      states.add(Arrays.copyOfRange(
          rows.array(), rows.offset(), rows.offset() + rows.columns()));
    }
    return states;
  }

  /// @param start the first states, of each sample
  private record TextPass(LanguageModelRun run, int batch, List<float[]> start) implements Pass {
    /// Sets the states of all samples.
    private void restart() {
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
      restart();
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
