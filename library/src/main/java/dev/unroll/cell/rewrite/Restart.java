package dev.unroll.cell.rewrite;

import dev.unroll.cell.VariationalDropout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Initializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A cell whose states can be reset before any step.
///
/// ```
/// s_from = keep * s                          for each state s, from zero
/// s_from = keep * s + (1 - keep) * s0        from s0, a number or a parameter
/// ```
///
/// `stepnumber(keep)` is 1, or 0 where the states of a sample are reset; all equations then read
/// `s_from` in place of `s`. No gradient passes a reset. `s0` is what the cell says
/// ([Cell#starts]), or for other states, if they are to be learned, a new parameter, initialized to
/// zero.
///
/// Rewrites of states, such as [VariationalDropout], must be applied before this one.
public final class Restart {
  /// The name of the step number.
  public static final String KEEP = "keep";

  private static final Expr KEPT = new Expr.StepNumber(KEEP);

  private final FreshNames names;
  private final boolean trainable;
  private final List<Equation> starts = new ArrayList<>();
  private final Map<String, Initializer> initializers;
  private final Map<String, Expr> from = new HashMap<>();
  private final Map<String, Expr> stated;

  private Restart(Cell cell, boolean trainable) {
    stated = cell.starts();
    this.trainable = trainable;
    names = new FreshNames(cell);
    initializers = new LinkedHashMap<>(cell.initializers());
  }

  /// The cell with resettable states.
  ///
  /// @param trainable whether those that would start from zero start from learned vectors
  public static Cell of(Cell cell, boolean trainable) {
    var rewrite = new Restart(cell, trainable);
    var equations = cell.equations().stream()
        .map(e -> new Equation(e.name(), rewrite.part(e.value()))).toList();
    var all = new ArrayList<>(rewrite.starts);
    all.addAll(equations);
    return new Cell(cell.name(), all, cell.output(), cell.sizes(),
        new LinkedHashMap<>(rewrite.initializers), cell.starts(), cell.heads());
  }

  /// The cell as a layer runs it: one that says itself from which parameters its states start is
  /// resettable, as it learns them where a sequence begins.
  public static Cell learning(Cell cell) {
    return startsLearned(cell) && !cell.shapes().given().containsKey(KEEP) ? of(cell, false) : cell;
  }

  /// Whether the cell says itself that a state starts from a parameter.
  public static boolean startsLearned(Cell cell) {
    return cell.starts().values().stream().anyMatch(Expr.Vector.class::isInstance);
  }

  /// From what the states of a cell start that do not start from zero: an [Expr.Constant] or an
  /// [Expr.Vector] each.
  public static SequencedMap<String, Expr> initial(Cell cell) {
    var found = new LinkedHashMap<>(cell.starts());
    for (var e : cell.equations()) {
      var state = restarted(e.value());
      if (state != null
          && e.value() instanceof Expr.Combine(var _, var _, Expr.Combine(var _, var _, Expr.Vector vector))) {
        found.put(state, vector);
      }
    }
    return found;
  }

  /// The learned initial vectors of a cell: for each state that has one, the vector's name.
  public static Map<String, String> learned(Cell cell) {
    var found = new LinkedHashMap<String, String>();
    initial(cell).forEach((state, start) -> {
      if (start instanceof Expr.Vector(var vector)) {
        found.put(state, vector);
      }
    });
    return found;
  }

  /// For each state that the equations of a rewritten cell read, the value that they read:
  /// `s_from`.
  static Map<String, Expr> starts(Cell cell) {
    var found = new LinkedHashMap<String, Expr>();
    for (var e : cell.equations()) {
      var state = restarted(e.value());
      if (state != null) {
        found.put(state, new Expr.Value(e.name()));
      }
    }
    return found;
  }

  /// The state that an equation resets; `null` for other equations.
  private static @Nullable String restarted(Expr value) {
    return switch (value) {
      case Expr.Combine(var _, var keep, Expr.Previous(var state)) when keep.equals(KEPT) -> state;
      case Expr.Combine(var _, Expr.Combine(var _, var keep, Expr.Previous(var state)), Expr.Combine(var _, var _, var start)) when keep
          .equals(KEPT) && (start instanceof Expr.Vector || start instanceof Expr.Constant) ->
          state;
      default -> null;
    };
  }

  private Expr part(Expr expr) {
    return expr instanceof Expr.Previous(var state)
        ? from.computeIfAbsent(state, this::start)
        : expr.withOperands(this::part);
  }

  private Expr start(String state) {
    var value = KEPT.times(new Expr.Previous(state));
    var initial = stated.get(state);
    if (trainable && initial == null) {
      var vector = names.of(state + "0");
      initializers.put(vector, new Initializer.Constant(0));
      initial = new Expr.Vector(vector);
    }
    if (initial != null) {
      value = value.plus(new Expr.Constant(1).minus(KEPT).times(initial));
    }
    var name = names.of(state + "_from");
    starts.add(new Equation(name, value));
    return new Expr.Value(name);
  }
}
