package dev.unroll.expr;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;

/// Draws well-formed cells with all kinds of parts, among them trees that nobody would write.
public final class RandomCells {
  private static final List<String> NAMES =
      List.of("f", "o", "gate", "e5", "h̃", "c_1", "γ", "Iₜ", "state", "h", "c", "ñ2", "Σ",
          "zeros");
  private static final List<String> MATRICES = List.of("W", "U", "Wᵢ", "sigm", "V_12", "Ω");
  private static final List<String> VECTORS = List.of("b", "β", "p₁", "E", "normal");
  private static final List<String> STEP_MASKS = List.of("zoneout_h", "W", "h", "m");
  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, -1.0, 0.5, 1e-5, -2.5e-7, 1e7, 123456789.0, 3.4e38, Double.MIN_VALUE);

  private final SplittableRandom random;
  private final List<String> states = new ArrayList<>();
  private final List<Expr> vectors = new ArrayList<>(List.of(Expr.x()));
  private final List<Expr> scalars = new ArrayList<>();

  private RandomCells(SplittableRandom random) {
    this.random = random;
  }

  public static Cell draw(long seed) {
    return new RandomCells(new SplittableRandom(seed)).cell();
  }

  private Cell cell() {
    var names = new LinkedHashSet<String>();
    int count = random.nextInt(1, 6);
    while (names.size() < count) {
      names.add(pick(NAMES));
    }
    for (var name : names) {
      if (random.nextInt(2) == 0) {
        states.add(name);
        vectors.add(new Expr.Previous(name));
      }
    }
    var equations = new ArrayList<Equation>();
    for (var base : names) {
      boolean state = states.contains(base);
      var name = state ? base + "'" : base;
      boolean vector = state || random.nextInt(5) > 0;
      do {
        equations.add(new Equation(name, vector ? vector(random.nextInt(7)) : scalar(4)));
      } while (dividesByZero(equations));
      (vector ? vectors : scalars).add(new Expr.Value(name));
    }
    var plain =
        new Cell(
            "random",
            equations,
            pick(equations).name(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>());
    return withLines(plain);
  }

  /// Whether the last one divides by a constant zero, which no cell may; it is taken out then.
  private static boolean dividesByZero(List<Equation> equations) {
    try {
      FiniteConstants.require("random", equations);
      return false;
    } catch (CellException _) {
      equations.removeLast();
      return true;
    }
  }

  private Cell withLines(Cell cell) {
    var shapes = cell.shapes();
    var initializers = new LinkedHashMap<String, Initializer>();
    for (var matrix : shapes.matrices().keySet()) {
      if (random.nextBoolean()) {
        initializers.put(matrix, initializer(7));
      }
    }
    for (var vector : shapes.vectors().keySet()) {
      if (random.nextBoolean()) {
        initializers.put(vector, initializer(4));
      }
    }
    var sizes = new LinkedHashMap<String, String>();
    shapes.values().forEach((name, size) -> {
      if (size.equals(Size.HIDDEN) && sizes.isEmpty() && random.nextInt(3) == 0) {
        sizes.put(name, "P");
      }
    });
    var starts = new LinkedHashMap<String, Expr>();
    for (var state : shapes.states().keySet()) {
      switch (random.nextInt(6)) {
        case 0 -> starts.put(state, new Expr.Constant(number()));
        case 1 -> starts.put(state, new Expr.Vector(state + "_0"));
        default -> {}
      }
    }
    return new Cell(cell.name(), cell.equations(), cell.output(), sizes, initializers, starts);
  }

  private Initializer initializer(int kinds) {
    double a = number();
    double b = number();
    return switch (random.nextInt(kinds)) {
      case 0 -> new Initializer.Constant(a);
      case 1 -> a == b ? new Initializer.Constant(1)
          : new Initializer.Uniform(Math.min(a, b), Math.max(a, b));
      case 2 -> new Initializer.Normal(Math.abs(a));
      case 3 -> new Initializer.Chrono(a < 0 ? a - 2.5 : a + 2.5);
      case 4 -> new Initializer.Glorot();
      case 5 -> new Initializer.Orthogonal(random.nextBoolean() ? 1 : a);
      default -> new Initializer.Identity(random.nextBoolean() ? 1 : a);
    };
  }

  private Expr vector(int depth) {
    if (depth <= 0) {
      return switch (random.nextInt(7)) {
        case 0 -> new Expr.Vector(pick(VECTORS));
        case 1 -> new Expr.Mask("m");
        case 2 -> new Expr.StepMask(pick(STEP_MASKS));
        default -> pick(vectors);
      };
    }
    return switch (random.nextInt(9)) {
      case 8 -> new Expr.Product("Wxh", new Expr.Concatenation(
          List.of(vector(depth - 1), vector(depth - 2))));
      case 0, 1 -> new Expr.Product(pick(MATRICES), vector(depth - 1));
      case 2 -> new Expr.Apply(pick(List.of(Function.values())), vector(depth - 1));
      case 3 -> new Expr.Apply(Function.NEGATE, vector(depth - 1));
      case 4 -> new Expr.Combine(operator(), vector(depth - 1), scalar(depth - 2));
      case 5 -> new Expr.Combine(operator(), scalar(depth - 2), vector(depth - 1));
      default -> new Expr.Combine(operator(), vector(depth - 1), vector(depth - 2));
    };
  }

  private Expr scalar(int depth) {
    if (depth <= 0) {
      if (random.nextInt(6) == 0) {
        return new Expr.StepNumber("present");
      }
      return scalars.isEmpty() || random.nextInt(4) > 0 ? new Expr.Constant(number())
          : pick(scalars);
    }
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Expr.Reduce(pick(List.of(Reduction.values())), vector(depth - 1));
      case 2 -> new Expr.Apply(pick(List.of(Function.values())), scalar(depth - 1));
      case 3 -> new Expr.Apply(Function.NEGATE, scalar(depth - 1));
      default -> new Expr.Combine(operator(), scalar(depth - 1), scalar(depth - 1));
    };
  }

  private Operator operator() {
    return pick(List.of(Operator.values()));
  }

  /// Numbers that are hard to print, and any `double` that is finite as `float`.
  private double number() {
    if (random.nextBoolean()) {
      return pick(NUMBERS);
    }
    double any = Double.longBitsToDouble(random.nextLong());
    return Float.isFinite((float) any) ? any : random.nextDouble();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
