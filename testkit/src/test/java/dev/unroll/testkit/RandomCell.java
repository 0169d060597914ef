package dev.unroll.testkit;

import dev.unroll.expr.Cell;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Draws a well-formed cell: some states and intermediate values of up to three sizes, each an
/// expression over everything that is known by then. Matrices and vectors are used again now and
/// then.
///
/// Values stay within bounds where they are carried on; nothing is divided by zero.
final class RandomCell {
  private static final String[] STATES = {"h", "c", "d"};

  private final CounterRandom random;
  private long draws;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> vectors = new LinkedHashMap<>();
  private final Map<String, String> masks = new LinkedHashMap<>();
  private final Map<String, String> stepMasks = new LinkedHashMap<>();
  private final Map<String, String> matrices = new LinkedHashMap<>();

  private RandomCell(long seed) {
    random = CounterRandom.of(seed).stream("cell");
  }

  static Cell draw(long seed) {
    return Cell.parse("random-" + seed, new RandomCell(seed).text());
  }

  private String text() {
    int count = 1 + below(3);
    for (int s = 0; s < count; s++) {
      states.put(STATES[s], s == 0 || chance(60) ? "H" : chance(70) ? "P" : "F");
    }
    int left = count;
    while (left > 0) {
      if (chance(45)) {
        var size = pick(List.of("H", "H", "P", "F"));
        equation("v" + values.size(), size, vector(size, 3));
      } else {
        left--;
        var size = states.get(STATES[left]);
        equation(STATES[left] + "'", size, bounded(size, 3));
      }
    }
    if (chance(50)) {
      var size = pick(List.of("H", "P"));
      equation("y", size, vector(size, 2));
      text.append("out y\n");
    }
    states.forEach((name, size) -> {
      if (size.equals("P")) {
        text.append("size ").append(name).append(" = P\n");
      }
    });
    return text.toString();
  }

  private void equation(String name, String size, String expression) {
    text.append(name).append(" = ").append(expression).append('\n');
    values.put(name, size);
  }

  /// Between −1 and 1, or nearly so.
  private String bounded(String size, int depth) {
    return switch (below(4)) {
      case 0 -> "(1 - 0.5) * tanh(%s) + 0.4 * %s".formatted(vector(size, depth), leaf(size));
      case 1 -> "σ(%s) * tanh(%s)".formatted(vector(size, depth), vector(size, depth));
      default -> "tanh(%s)".formatted(vector(size, depth));
    };
  }

  private String vector(String size, int depth) {
    if (depth == 0) {
      return leaf(size);
    }
    return switch (below(15)) {
      case 0, 1, 2 -> sum(size, depth);
      case 3, 4 -> product(size, depth - 1);
      case 5 -> "(%s * %s)".formatted(vector(size, depth - 1), bounded(size, depth - 1));
      case 6 -> "(%s - %s)".formatted(vector(size, depth - 1), vector(size, depth - 1));
      case 7 -> "(%s / (1.5 + σ(%s)))".formatted(vector(size, depth - 1), vector(size, depth - 1));
      case 8 -> bounded(size, depth - 1);
      case 9 -> "(%s * %s)".formatted(number(depth - 1), vector(size, depth - 1));
      case 10 -> "(%s + %s)".formatted(vector(size, depth - 1), number(depth - 1));
      case 11 -> "%s(%s, %s)".formatted(
          pick(List.of("min", "max")), vector(size, depth - 1), vector(size, depth - 1));
      case 12 -> "%s(%s)".formatted(
          pick(List.of("relu", "abs", "-", "-", "tanh")), vector(size, depth - 1));
      case 13 -> pick(List.of("log(1.5 + abs(%s))", "sqrt(1 + abs(%s))", "exp(-abs(%s))",
          "softplus(%s)", "logsigmoid(%s)", "sin(%s)", "cos(%s)", "log1p(abs(%s))",
          "expm1(-abs(%s))"))
          .formatted(vector(size, depth - 1));
      default -> leaf(size);
    };
  }

  /// The usual `W x + U h + b`.
  private String sum(String size, int depth) {
    return "(%s + %s + %s)".formatted(product(size, 0), product(size, depth - 1), parameter(size));
  }

  private String product(String size, int depth) {
    var columns = pick(List.of("F", "H", "H", "P"));
    var shape = size + "," + columns;
    var matrix = reused(matrices, shape, "W");
    return "%s (%s)".formatted(matrix, vector(columns, depth));
  }

  private String number(int depth) {
    var size = pick(List.of("F", "H", "P"));
    var row = vector(size, depth);
    return switch (below(5)) {
      case 4 -> "stepnumber(n%d)".formatted(below(2));
      case 0 -> "sum(0.3 * %s)".formatted(row);
      case 1 -> "tanh(var(%s))".formatted(row);
      case 2 -> "mean(%s)".formatted(row);
      default -> "(mean(%s) / (2 + σ(mean(%s))))".formatted(row, leaf(size));
    };
  }

  private String leaf(String size) {
    var known = new ArrayList<String>();
    if (size.equals("F")) {
      known.addAll(List.of("x", "x", "x"));
    }
    states.forEach((name, s) -> {
      if (s.equals(size)) {
        known.addAll(List.of(name, name));
      }
    });
    values.forEach((name, s) -> {
      if (s.equals(size)) {
        known.addAll(List.of(name, name));
      }
    });
    known.add(parameter(size));
    if (chance(15)) {
      known.add("mask(%s)".formatted(reused(masks, size, "m")));
    }
    if (chance(10)) {
      known.add("stepmask(%s)".formatted(reused(stepMasks, size, "s")));
    }
    return pick(known);
  }

  private String parameter(String size) {
    return reused(vectors, size, "b");
  }

  /// A name of that shape: one in three times one that is there already.
  private String reused(Map<String, String> names, String shape, String prefix) {
    var same = names.keySet().stream().filter(n -> shape.equals(names.get(n))).toList();
    if (!same.isEmpty() && chance(33)) {
      return pick(same);
    }
    var name = prefix + names.size();
    names.put(name, shape);
    return name;
  }

  private <E> E pick(List<E> from) {
    return from.get(below(from.size()));
  }

  private boolean chance(int percent) {
    return below(100) < percent;
  }

  private int below(int bound) {
    return (int) (random.uniform(0, draws++) * bound);
  }
}
