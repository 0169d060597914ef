package dev.unroll.model.part;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Embedding;
import dev.unroll.model.Inputs.Letters;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the letters of words: each different word of a batch once, in chunks of words of about one
/// length side by side.
public final class LetterReader {
  /// The number of words side by side, so that the matrix products are large but little is padded.
  private static final int SIDE_BY_SIDE = 64;

  /// Memory is bound for a multiple of this many letters, so that it is seldom bound anew.
  private static final int GRAIN = 8;

  /// The dropout steps that a step has, one for each chunk.
  private static final long MOST = 1 << 16;

  private static final int[] NOTHING = {};

  private final Letters letters;
  private final Embedding embedding;
  private final StackLayers stack;

  LetterReader(String name, Letters letters, Parameters parameters, CounterRandom random) {
    this.letters = letters;
    embedding = new Embedding(name, letters.tokens().size(), letters.size(), parameters, random);
    stack = new StackLayers(name + ".layer", letters.body(), letters.size(), parameters, random);
  }

  void initialize() {
    embedding.initialize();
    stack.learned().forEach(Recurrent::initialize);
  }

  Run run(Engine engine, Bounds bounds) {
    return new Run(engine, bounds);
  }

  /// Bound to memory. One caller at a time.
  final class Run {
    private final Engine engine;
    private final Bounds bounds;
    private final int columns;
    private final int size = letters.outputSize();
    private final DistinctWords words;
    private final List<Chunk> chunks = new ArrayList<>();
    private Rows nothing = Rows.allocate(0, size);
    private int used;

    private Run(Engine engine, Bounds bounds) {
      this.engine = engine;
      int rows = bounds.time() * bounds.batch();
      columns = Math.min(SIDE_BY_SIDE, rows);
      this.bounds = new Bounds(1, columns, bounds.training(), false, false, null,
          bounds.deterministic(), true);
      words = new DistinctWords(rows);
    }

    void load() {
      chunks.forEach(Chunk::load);
    }

    /// Writes what was read of each word, from a column on; zero where there is no word.
    void forward(int[][] spelled, int n, long draw, Rows into, int column) {
      words.find(spelled, n);
      used = Math.ceilDiv(words.count(), columns);
      for (int c = 0; c < used; c++) {
        if (c == chunks.size()) {
          chunks.add(new Chunk());
        }
        int from = c * columns;
        chunks.get(c).forward(from, Math.min(from + columns, words.count()), draw * MOST + c);
      }
      for (int row = 0; row < n; row++) {
        int at = into.offset() + row * into.columns() + column;
        int place = words.place(row);
        if (place < 0) {
          Arrays.fill(into.array(), at, at + size, 0f);
        } else {
          var last = chunks.get(place / columns).last;
          System.arraycopy(last.array(), last.offset() + place % columns * size, into.array(), at,
              size);
        }
      }
    }

    /// Adds the gradients, given from a column on; those of all places of a word are added in their
    /// order.
    void backward(Rows dx, int column) {
      for (int c = 0; c < used; c++) {
        Arrays.fill(chunks.get(c).dLast.array(), 0f);
      }
      for (int row = 0; row < words.rows(); row++) {
        int place = words.place(row);
        if (place >= 0) {
          float[] sum = chunks.get(place / columns).dLast.array();
          int to = place % columns * size;
          int at = dx.offset() + row * dx.columns() + column;
          for (int j = 0; j < size; j++) {
            sum[to + j] += dx.array()[at + j];
          }
        }
      }
      for (int c = 0; c < used; c++) {
        chunks.get(c).backward();
      }
    }

    long bytes() {
      return chunks.stream().mapToLong(Chunk::bytes).sum() + 4L * nothing.array().length
          + words.bytes();
    }

    /// Words side by side.
    private final class Chunk {
      private final Rows dLast = Rows.allocate(bounds.training() ? columns : 0, size);
      private @Nullable Passes passes;
      private @Nullable LayerRun layers;
      private int time;
      private int[] symbols = {};
      private Rows x = Rows.allocate(0, letters.size());
      private Rows present = Rows.allocate(0, 1);
      private Rows last = dLast;
      private Span span = Span.of(1);

      private void bind(int steps) {
        time = Math.ceilDiv(steps, GRAIN) * GRAIN;
        passes = null; // so that both need not lie in memory at once
        layers = null;
        symbols = new int[time * columns];
        x = Rows.allocate(time * columns, letters.size());
        present = Rows.allocate(time * columns, 1);
        if (bounds.training() && nothing.array().length < time * columns * size) {
          nothing = Rows.allocate(time * columns, size);
        }
        passes = stack.run(engine, bounds.time(time));
      }

      void load() {
        if (passes != null) {
          passes.load();
        }
      }

      void forward(int from, int to, long draw) {
        int steps = words.letters(to - 1).length;
        if (steps > time) {
          bind(steps);
        }
        Leftovers.spoil(x);
        boolean full = to - from == columns && words.letters(from).length == steps;
        for (int column = 0; column < columns; column++) {
          int[] word = from + column < to ? words.letters(from + column) : NOTHING;
          for (int t = 0; t < steps; t++) {
            int row = t * columns + column;
            boolean there = t < word.length;
            symbols[row] = there ? word[t] : -1;
            present.array()[row] = there ? 1 : 0;
            if (there) {
              embedding.forward(word[t], x.array(), row * letters.size());
            } else {
              Arrays.fill(x.array(), row * letters.size(), (row + 1) * letters.size(), 0f);
            }
          }
        }
        var bound = requireNonNull(passes);
        span = bound.of(Span.of(steps, draw).present(full ? null : present));
        layers = bound.begin(span);
        layers.forward(x, span);
        last = layers.last(span);
      }

      void backward() {
        var run = requireNonNull(layers);
        run.backwardLast(dLast, span);
        var dx = run.backward(nothing, span);
        embedding.backward(symbols, span.steps() * columns, dx, 0, letters.size(),
            engine.kernels());
      }

      long bytes() {
        return (passes == null ? 0 : passes.bytes())
            + 4L * (symbols.length + x.array().length + present.array().length
                + dLast.array().length);
      }
    }
  }
}
