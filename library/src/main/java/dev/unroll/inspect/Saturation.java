package dev.unroll.inspect;

import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Saturation: how often each unit of a gate or activation is at the ends of its range, where its
/// derivative is nearly zero: the scatter of Karpathy, Johnson and Li 2015, "Visualizing and
/// understanding recurrent networks", arXiv 1506.02078.
///
/// ```
/// σ      low: share of time below 0.1       high: above 0.9        |σ'| < 0.09 there, 0.25 in the middle
/// tanh   low: below −0.9                    high: above 0.9        |tanh'| < 0.19 there, 1 in the middle
/// relu   low: at zero                       high: 0
/// ```
///
/// Time is all steps of all samples, without padding. Immutable, except for the arrays, which must
/// not be written.
///
/// @param layer the layer's name
/// @param quantity the name of the equation, which applies a σ, tanh or relu
/// @param activation the function
/// @param low for each unit the share of time at its lower end
/// @param high for each unit the share of time at its upper end
/// @param smallest for each unit the smallest value
/// @param largest for each unit the largest value
public record Saturation(String layer, String quantity, Function activation, double[] low,
    double[] high, double[] smallest, double[] largest) {
  /// Below it a σ is at its lower end.
  public static final double LOW = 0.1;

  /// Above it a σ or tanh is at its upper end; a tanh is at its lower one below the negative of it.
  public static final double HIGH = 0.9;

  /// A unit whose largest and smallest values differ by at most this counts as constant.
  public static final double STILL = 1e-3;

  /// A unit that is at one end for at least this share of time is stuck there.
  public static final double STUCK = 0.99;

  /// Measures all quantities of a look whose equation is a σ, tanh or relu.
  public static List<Saturation> of(Look look) {
    var found = new ArrayList<Saturation>();
    for (var layer : look.layers()) {
      int[] lengths = layer.lengths().stream().mapToInt(n -> n).toArray();
      for (var e : layer.cell().equations()) {
        var values = layer.values().get(e.name());
        var activation = activation(e.value());
        if (values != null && activation.isPresent()) {
          found.add(of(layer.name(), e.name(), activation.get(), values, lengths));
        }
      }
    }
    return found;
  }

  /// Measures one quantity.
  ///
  /// @param activation σ, tanh or relu
  /// @param values `[T, B, size]`
  /// @param lengths for each sample the steps that count
  /// @throws IllegalArgumentException for another function, or if there is no step
  public static Saturation of(
      String layer, String quantity, Function activation, Rows values, int... lengths) {
    if (ends(activation).isEmpty() || Arrays.stream(lengths).sum() < 1) {
      throw new IllegalArgumentException(
          "layer %s, %s = %s(…), %d steps; expected σ, tanh or relu and at least 1 step"
              .formatted(layer, quantity, activation.symbol(), Arrays.stream(lengths).sum()));
    }
    int size = values.columns();
    var low = new double[size];
    var high = new double[size];
    var smallest = new double[size];
    var largest = new double[size];
    Arrays.fill(smallest, Double.POSITIVE_INFINITY);
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    double share = 1.0 / Arrays.stream(lengths).sum();
    var ends = ends(activation).get();
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        int row = values.offset() + (t * lengths.length + b) * size;
        for (int i = 0; i < size; i++) {
          double value = values.array()[row + i];
          low[i] += ends.isLow(value) ? share : 0;
          high[i] += ends.isHigh(value) ? share : 0;
          smallest[i] = Math.min(smallest[i], value);
          largest[i] = Math.max(largest[i], value);
        }
      }
    }
    return new Saturation(layer, quantity, activation, low, high, smallest, largest);
  }

  /// The ends of a range: the lower end reaches up to `low`, the upper one begins above `high`.
  private record Ends(double low, boolean inclusive, double high) {
    boolean isLow(double value) {
      return inclusive ? value <= low : value < low;
    }

    boolean isHigh(double value) {
      return value > high;
    }
  }

  private static Optional<Ends> ends(Function activation) {
    return switch (activation) {
      case SIGMOID -> Optional.of(new Ends(LOW, false, HIGH));
      case TANH -> Optional.of(new Ends(-HIGH, false, HIGH));
      case RELU -> Optional.of(new Ends(0, true, Double.POSITIVE_INFINITY));
      default -> Optional.empty();
    };
  }

  /// The outermost σ, tanh or relu of an equation of a cell; empty if it has none, or
  /// there is no such equation.
  ///
  /// @param quantity the name of the equation
  public static Optional<Function> activation(Cell cell, String quantity) {
    return cell.equations().stream().filter(e -> e.name().equals(quantity)).findFirst()
        .flatMap(e -> activation(e.value()));
  }

  /// The outermost function of an equation, also if it holds its state at padded steps ([Lengths]).
  private static Optional<Function> activation(Expr value) {
    if (value instanceof Expr.Apply(var function, var _)) {
      return ends(function).map(_ -> function);
    }
    return value instanceof Expr.Combine(var add, Expr.Combine(var times, Expr.StepNumber(var name), var present), var _)
        && add == Operator.ADD && times == Operator.MULTIPLY && name.equals(Lengths.PRESENT)
            ? activation(present)
            : Optional.empty();
  }

  /// The dead units: a relu that is always zero, or any unit that is constant ([#STILL]).
  public List<Integer> dead() {
    return units(i -> largest[i] - smallest[i] <= STILL);
  }

  /// The units that vary, but are at the same end nearly always ([#STUCK]); for a relu, at zero.
  public List<Integer> stuck() {
    return units(i -> largest[i] - smallest[i] > STILL && Math.max(low[i], high[i]) >= STUCK);
  }

  private List<Integer> units(IntPredicate is) {
    return IntStream.range(0, low.length).filter(is).boxed().toList();
  }
}
