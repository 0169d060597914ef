package dev.unroll.expr;

import dev.unroll.expr.text.InitializerParser;
import dev.unroll.expr.text.NumberText;

/// An initializer of a parameter.
///
/// Written in a cell file as `init bf = 1`, `init U = orthogonal`, `init u = uniform(0, 1)`. All
/// numbers are finite as `float`; others are refused with an [IllegalArgumentException].
public sealed interface Initializer {

  /// Parses an initializer, the text after `init W =` in a cell.
  ///
  /// @param label the name of the text in messages
  /// @throws CellException with column, what was expected and a caret
  static Initializer parse(String label, String text) {
    return InitializerParser.parse(label, text);
  }

  /// Every element is `value`.
  record Constant(double value) implements Initializer {
    /// @throws IllegalArgumentException if the value is not finite
    public Constant {
      NumberText.check(value);
    }
  }

  /// Uniform on `±sqrt(6 / (rows + columns))` (Glorot and Bengio 2010). For matrices.
  record Glorot() implements Initializer {}

  /// `gain` times a matrix with orthonormal rows or columns (Saxe, McClelland and Ganguli 2014).
  /// For matrices.
  record Orthogonal(double gain) implements Initializer {
    /// @throws IllegalArgumentException if the gain is not finite
    public Orthogonal {
      NumberText.check(gain);
    }
  }

  /// `scale` on the diagonal, zero elsewhere (Le, Jaitly and Hinton 2015). For matrices.
  record Identity(double scale) implements Initializer {
    /// @throws IllegalArgumentException if the scale is not finite
    public Identity {
      NumberText.check(scale);
    }
  }

  /// Uniform on `[low, high)`.
  record Uniform(double low, double high) implements Initializer {
    /// @throws IllegalArgumentException unless `low < high` and both are finite
    public Uniform {
      NumberText.check(low);
      NumberText.check(high);
      if (low >= high) {
        throw new IllegalArgumentException(problem(low, high) + ".");
      }
    }

    public static String problem(double low, double high) {
      return "uniform(%s, %s) is empty; the first bound must be below the second"
          .formatted(NumberText.print(low), NumberText.print(high));
    }
  }

  /// `log u` for `u` uniform on `[1, T − 1)`, drawn for each element; the negative of that for
  /// `−T`. As the bias of a forget gate it makes the units remember for about 1 … T steps before
  /// anything is learned: the chrono initialization of Tallec and Ollivier 2018 (arXiv 1804.11188).
  ///
  /// @param steps T, or −T
  record Chrono(double steps) implements Initializer {
    /// @throws IllegalArgumentException unless the steps are finite and more than 2, or less than
    ///     −2
    public Chrono {
      NumberText.check(steps);
      if (!(Math.abs(steps) > 2)) {
        throw new IllegalArgumentException(problem(steps) + ".");
      }
    }

    public static String problem(double steps) {
      return "chrono(%s) has no room for 1 … T − 1; expected T above 2, or −T for negative values"
          .formatted(NumberText.print(steps));
    }
  }

  /// Normal with mean zero and standard deviation `deviation`.
  record Normal(double deviation) implements Initializer {
    /// @throws IllegalArgumentException unless the deviation is finite and not negative
    public Normal {
      NumberText.check(deviation);
      if (deviation < 0) {
        throw new IllegalArgumentException(problem(deviation) + ".");
      }
    }

    public static String problem(double deviation) {
      return "normal(%s) has a negative standard deviation; expected 0 or more"
          .formatted(NumberText.print(deviation));
    }
  }

  /// Whether it is for matrices only, as it needs rows and columns.
  default boolean isForMatrices() {
    return this instanceof Glorot || this instanceof Orthogonal || this instanceof Identity;
  }
}
