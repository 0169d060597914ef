package dev.unroll.layer.stateless;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Initializer;
import dev.unroll.expr.Size;
import dev.unroll.kernel.Kernels;
import dev.unroll.layer.initial.Initialization;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Masks;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.lookup.TouchedRows;
import java.util.Map;

/// An embedding, a vector for each symbol: `x_t = E[s_t]`, with `E [V, size]`.
public final class Embedding {
  private final Parameters parameters;
  private final Parameters.Block table;
  private final TouchedRows touched;
  private final CounterRandom random;

  /// Adds the embedding matrix to the parameters.
  public Embedding(String name, int symbols, int size, Parameters parameters,
      CounterRandom random) {
    this.parameters = parameters;
    this.random = random.stream(name);
    table = parameters.add(name + ".E", symbols, size);
    touched = parameters.lookUp(table);
  }

  /// Normal with standard deviation `1/√size`·√size = 1 would dwarf the other inputs of a cell; 0.5
  /// gives rows of about the length that one-hot inputs give through Glorot weights.
  public void initialize() {
    Initialization.fill(new Initializer.Normal(0.5), table.all(), parameters.values(),
        random.stream("init"));
  }

  /// V, the number of symbols.
  public int symbols() {
    return table.rows();
  }

  /// The length of a symbol's vector.
  public int size() {
    return table.columns();
  }

  /// Writes the vectors of `n` symbols one after another.
  ///
  /// @throws IllegalArgumentException if a symbol is out of range; nothing is written then
  public void forward(int[] symbols, int n, Rows into) {
    require(symbols, n, 0);
    for (int i = 0; i < n; i++) {
      copy(symbols[i], into.array(), into.offset() + i * size());
    }
  }

  /// Writes the vector of a symbol.
  ///
  /// @throws IllegalArgumentException if the symbol is out of range
  public void forward(int symbol, float[] into, int offset) {
    require(symbol);
    copy(symbol, into, offset);
  }

  /// Refuses a symbol that has no vector.
  ///
  /// @throws IllegalArgumentException if it is not one of `0 … V − 1`
  public void require(int symbol) {
    if (symbol < 0 || symbol >= symbols()) {
      throw new IllegalArgumentException(
          ("symbol %d is out of range, expected 0 … %d; correct it, or use a model of more symbols"
              + " than the %d of %s").formatted(symbol, symbols() - 1, symbols(), table.name()));
    }
  }

  /// Refuses symbols of which one has no vector.
  ///
  /// @param least 0, or −1 if that stands for no symbol
  /// @throws IllegalArgumentException if one of the first `n` is not one of `least … V − 1`, or if
  ///     there are fewer
  public void require(int[] symbols, int n, int least) {
    if (n < 0 || n > symbols.length) {
      throw new IllegalArgumentException(
          "there are %,d symbols, expected at least %,d".formatted(symbols.length, n));
    }
    int count = symbols();
    for (int i = 0; i < n; i++) {
      if (symbols[i] < least || symbols[i] >= count) {
        throw new IllegalArgumentException(
            ("symbol %d at place %,d is out of range, expected 0 … %d%s; correct it, or use a "
                + "model of more symbols than the %d of %s").formatted(symbols[i], i, count - 1,
                    least < 0 ? " or −1 for none" : "", count, table.name()));
      }
    }
  }

  private void copy(int symbol, float[] into, int offset) {
    parameters.storage().read(touched, table, symbol, into, offset);
  }

  /// An output layer whose matrix V is this embedding (weight tying): `y = φ(E x + c)`.
  ///
  /// @param cell with one matrix, `V [symbols, size]`
  /// @param sizes the sizes of its inputs and outputs
  /// @throws IllegalArgumentException if the sizes are not those of the embedding
  public Recurrent tied(String name, Cell cell, Dimensions sizes, CounterRandom random) {
    if (sizes.of(Size.INPUT) != size() || sizes.of(Size.HIDDEN) != symbols()) {
      throw new IllegalArgumentException(
          ("layer %s, from %d features to %d outputs, cannot be tied to the vectors of %d symbols "
              + "of size %d; give the body before it as many units as the vectors are long")
              .formatted(name, sizes.of(Size.INPUT), sizes.of(Size.HIDDEN), symbols(), size()));
    }
    parameters.multiply(table);
    return new Recurrent(
        name, cell, sizes, parameters, Map.of("V", table), Masks.NONE, random);
  }

  /// Adds columns `[from, to)` of the gradient of each vector to its symbol's, in order of the
  /// rows; a row whose symbol is −1 has none. The symbols are those of the forward pass, which
  /// checked them.
  ///
  /// @throws IllegalArgumentException if a symbol is out of range
  public void backward(int[] symbols, int n, Rows dx, int from, int to, Kernels kernels) {
    require(symbols, n, -1);
    var gradients = parameters.gradients();
    int size = size();
    for (int i = 0; i < n; i++) {
      if (symbols[i] < 0) {
        continue;
      }
      touched.touch(symbols[i]);
      int at = table.offset() + symbols[i] * size + from;
      kernels.combine(Operator.ADD, gradients, at, false, dx.array(),
          dx.offset() + i * size + from, false, gradients, at, to - from);
    }
  }
}
