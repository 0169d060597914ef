package dev.unroll.layer;

import dev.unroll.expr.Initializer;
import dev.unroll.expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;

/// A vector for each symbol: `x_t = E[s_t]`, with `E [V, size]`.
public final class Embedding {
  private final Parameters parameters;
  private final Parameters.Block table;
  private final CounterRandom random;

  /// Adds the table to the parameters.
  public Embedding(String name, int symbols, int size, Parameters parameters,
      CounterRandom random) {
    this.parameters = parameters;
    this.random = random.stream(name);
    table = parameters.add(name + ".E", symbols, size);
  }

  /// Normal with standard deviation `1/√size`·√size = 1 would dwarf the other inputs of a cell; 0.5
  /// gives rows of about the length that one-hot inputs give through Glorot weights.
  public void initialize() {
    Initialization.fill(new Initializer.Normal(0.5), table, parameters.values(),
        random.stream("init"));
  }

  /// V, how many symbols there are.
  public int symbols() {
    return table.rows();
  }

  /// The length of a symbol's vector.
  public int size() {
    return table.columns();
  }

  /// Writes the vectors of `n` symbols one after another.
  public void forward(int[] symbols, int n, Rows into) {
    for (int i = 0; i < n; i++) {
      forward(symbols[i], into.array(), into.offset() + i * size());
    }
  }

  /// Writes the vector of a symbol.
  public void forward(int symbol, float[] into, int offset) {
    System.arraycopy(
        parameters.values(), table.offset() + symbol * size(), into, offset, size());
  }

  /// Adds columns `[from, to)` of the gradient of each vector to its symbol's, in order of the rows.
  public void backward(int[] symbols, int n, Rows dx, int from, int to, Kernels kernels) {
    var gradients = parameters.gradients();
    int size = size();
    for (int i = 0; i < n; i++) {
      int at = table.offset() + symbols[i] * size + from;
      kernels.combine(Operator.ADD, gradients, at, false, dx.array(),
          dx.offset() + i * size + from, false, gradients, at, to - from);
    }
  }
}
