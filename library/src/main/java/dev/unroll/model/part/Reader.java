package dev.unroll.model.part;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Padded;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.stateless.Embedding;
import dev.unroll.model.Inputs;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The input layer of a model: the vectors of the steps of a batch, as given or embedded symbols.
public final class Reader {
  private final Inputs inputs;
  private final @Nullable Embedding embedding;
  private final @Nullable LetterReader letters;
  private final CounterRandom random;

  public Reader(String name, Inputs inputs, Parameters parameters, CounterRandom random) {
    this.inputs = inputs;
    this.random = random.stream(name).stream("drop");
    embedding = inputs.symbols() == 0 ? null
        : new Embedding(name, inputs.symbols(), inputs.size(), parameters, random);
    letters = inputs.letters() == null ? null
        : new LetterReader(name + ".letters", inputs.letters(), parameters, random);
  }

  @Nullable
  public Embedding embedding() {
    return embedding;
  }

  public void initialize() {
    if (embedding != null) {
      embedding.initialize();
    }
    if (letters != null) {
      letters.initialize();
    }
  }

  /// Binds a reader of symbols or vectors.
  public Run run(Engine engine, int time, int batch, boolean training) {
    return new Run(engine, Bounds.of(time, batch, training));
  }

  /// Binds it.
  public Run run(Engine engine, Bounds bounds) {
    return new Run(engine, bounds);
  }

  /// Bound to memory. One caller at a time.
  public final class Run {
    private final int batch;
    private final boolean drops;
    private final Kernels kernels;
    private final Rows vectors;
    private final LetterReader.@Nullable Run spelled;

    /// Vectors and what was read of letters side by side, and the gradient of the vectors alone;
    /// empty without letters.
    private final Rows joined;

    private final Rows dVectors;
    private final float[] scales;
    private final WorkSplit gradient;
    private int[] symbols = {};
    private int n;
    private Rows dx;

    private Run(Engine engine, Bounds bounds) {
      batch = bounds.batch();
      int rows = bounds.time() * batch;
      drops = bounds.isNoisy() && inputs.drop() > 0;
      kernels = engine.kernels();
      vectors = Rows.allocate(embedding == null ? 0 : rows, inputs.size());
      spelled = letters == null ? null : letters.run(engine, bounds);
      joined = Rows.allocate(spelled == null ? 0 : rows, inputs.width());
      dVectors =
          Rows.allocate(spelled == null || !bounds.training() ? 0 : rows, inputs.size());
      scales = new float[drops ? rows : 0];
      gradient = engine.split(16, this::gradient);
      dx = vectors;
    }

    /// Takes over changed parameters.
    public void load() {
      if (spelled != null) {
        spelled.load();
      }
    }

    /// The vectors of a side of a batch, `[T, B, width]`; zero where there is no symbol.
    public Rows forward(Padded padded, long draw) {
      if (embedding == null) {
        if (padded.hasSymbols() || padded.features().columns() != inputs.size()) {
          throw new DataException("the model reads vectors of %d features, but the batch has %s"
              .formatted(inputs.size(), padded.hasSymbols() ? "symbols"
                  : "vectors of " + padded.features().columns()));
        }
        return padded.features();
      }
      if (!padded.hasSymbols()) {
        throw new DataException("the model reads symbols, but the batch has vectors of %d features"
            .formatted(padded.features().columns()));
      }
      if (padded.hasLetters() != (spelled != null)) {
        throw new DataException(spelled == null
            ? "the model reads symbols, but the batch has words with their letters"
            : "the model reads words with their letters, but the batch has symbols alone");
      }
      var words = forward(padded.symbols(), padded.steps() * batch, draw);
      if (spelled == null) {
        return words;
      }
      Leftovers.spoil(joined);
      ColumnCopy.copy(words, 0, joined, 0, inputs.size(), 0, n);
      spelled.forward(padded.letters(), n, draw, joined, inputs.size());
      return joined;
    }

    /// The vectors of `n` symbols, one after another; zero for −1.
    public Rows forward(int[] symbols, int n, long draw) {
      Leftovers.spoil(vectors);
      Leftovers.spoil(scales);
      this.symbols = symbols;
      this.n = n;
      forward(symbols, 0, n, draw);
      return vectors;
    }

    /// The vectors of the symbols `[from, to)`, at their places.
    public Rows forward(int[] symbols, int from, int to, long draw) {
      if (from == 0) {
        Leftovers.spoil(vectors);
        Leftovers.spoil(scales);
      }
      this.symbols = symbols;
      n = to;
      var table = table();
      int size = inputs.size();
      for (int i = from; i < to; i++) {
        if (symbols[i] >= inputs.symbols()) {
          throw new DataException(
              "sample %d has the symbol %d at step %d, expected 0 to %d".formatted(
                  i % batch, symbols[i], i / batch, inputs.symbols() - 1));
        }
        if (symbols[i] < 0) {
          Arrays.fill(vectors.array(), i * size, (i + 1) * size, 0f);
        } else {
          table.forward(symbols[i], vectors.array(), i * size);
        }
        if (drops) {
          drop(i, draw);
        }
      }
      return vectors;
    }

    private Embedding table() {
      if (embedding == null) {
        throw new IllegalStateException("this model reads vectors, not symbols");
      }
      return embedding;
    }

    private void drop(int i, long draw) {
      long type = (long) (i % batch) * inputs.symbols() + Math.max(0, symbols[i]);
      float keep = (float) (1 / (1 - inputs.drop()));
      scales[i] = random.uniform(draw, type) < inputs.drop() ? 0 : keep;
      scale(vectors, i);
    }

    private void scale(Rows rows, int i) {
      int at = rows.offset() + i * inputs.size();
      for (int j = 0; j < inputs.size(); j++) {
        rows.array()[at + j] *= scales[i];
      }
    }

    /// Adds the gradient of the vectors to that of the symbols.
    ///
    /// @param dx `[T, B, width]`, overwritten
    public void backward(Rows dx) {
      if (embedding == null) {
        return;
      }
      this.dx = dx;
      if (spelled != null) {
        Leftovers.spoil(dVectors);
        ColumnCopy.copy(dx, 0, dVectors, 0, inputs.size(), 0, n);
        spelled.backward(dx, inputs.size());
        this.dx = dVectors;
      }
      for (int i = 0; drops && i < n; i++) {
        scale(this.dx, i);
      }
      gradient.run(inputs.size());
    }

    private void gradient(int from, int to) {
      table().backward(symbols, n, dx, from, to, kernels);
    }

    public long bytes() {
      return 4L * (vectors.array().length + scales.length + joined.array().length
          + dVectors.array().length) + (spelled == null ? 0 : spelled.bytes());
    }
  }
}
