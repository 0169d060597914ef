package dev.unroll.onnx.export;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Combine;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Previous;
import dev.unroll.expr.Expr.Value;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cell that is an RNN, GRU or LSTM of ONNX, found by its equations whatever its names are.
///
/// @param gates in ONNX's order; null for one that is not used
/// @param activations as ONNX names them
/// @param states in ONNX's order: h, then c
/// @param linearBeforeReset whether the reset gate of a GRU comes after the product
/// @param inputForget whether the forget gate of an LSTM is 1 − i
record NativeCell(Kind kind, List<@Nullable GateTerms> gates, List<String> activations,
    List<String> states, boolean linearBeforeReset, boolean inputForget) {

  /// The operators.
  enum Kind {
    RNN, GRU, LSTM
  }

  private static final int MOST_EQUATIONS = 16;

  boolean hasPeepholes() {
    return gates.stream().anyMatch(gate -> gate != null && gate.peephole() != null);
  }

  /// The operator that the equations are; null if they are none.
  static @Nullable NativeCell of(Cell cell, List<Equation> equations, Dimensions sizes) {
    var shapes = cell.shapes();
    if (equations.size() > MOST_EQUATIONS
        || !shapes.states().values().stream().allMatch(Size.HIDDEN::equals)
        || !shapes.states().containsKey(baseName(cell.output()))) {
      return null;
    }
    var inlined = inlined(equations);
    var search = new Search(new GateTerms.Finder(shapes, sizes), inlined, baseName(cell.output()));
    return switch (inlined.size()) {
      case 1 -> {
        var rnn = search.rnn();
        yield rnn == null ? search.gru() : rnn;
      }
      case 2 -> search.lstm();
      default -> null;
    };
  }

  private static String baseName(String output) {
    return output.endsWith("'") ? output.substring(0, output.length() - 1) : output + "?";
  }

  /// The new value of each state, with all other values inserted.
  private static Map<String, Expr> inlined(List<Equation> equations) {
    var values = new HashMap<String, Expr>();
    var states = new LinkedHashMap<String, Expr>();
    for (var equation : equations) {
      var value = inserted(equation.value(), values);
      if (equation.updatesState()) {
        states.put(equation.baseName(), value);
      } else {
        values.put(equation.name(), value);
      }
    }
    return states;
  }

  private static Expr inserted(Expr expr, Map<String, Expr> values) {
    return expr instanceof Value(var name) ? values.getOrDefault(name, expr)
        : expr.withOperands(operand -> inserted(operand, values));
  }

  /// Compares the equations with those of the operators.
  private record Search(GateTerms.Finder finder, Map<String, Expr> states, String h) {

    /// An activation and what it is of.
    private record Activated(String name, Expr of) {
      static Activated of(Expr expr) {
        return switch (expr) {
          case Expr.Apply(var function, var a) when function == Function.TANH ->
              new Activated("Tanh", a);
          case Expr.Apply(var function, var a) when function == Function.SIGMOID ->
              new Activated("Sigmoid", a);
          case Expr.Apply(var function, var a) when function == Function.RELU ->
              new Activated("Relu", a);
          default -> new Activated("Affine", expr);
        };
      }

      /// With a gate as its argument; null if that is none.
      @Nullable
      Found in(Search search, @Nullable Expr memory) {
        var gate = search.finder.of(of, search::isState, e -> e.equals(memory));
        return gate == null ? null : new Found(name, gate);
      }
    }

    /// A gate with its activation.
    private record Found(String activation, GateTerms gate) {}

    private Expr next() {
      var next = states.get(h);
      return next == null ? new Constant(0) : next;
    }

    private boolean isState(Expr expr) {
      return expr.equals(new Previous(h));
    }

    /// `h' = f(W x + R h + b)`
    @Nullable
    NativeCell rnn() {
      var found = Activated.of(next()).in(this, null);
      return found == null ? null
          : new NativeCell(Kind.RNN, List.of(found.gate),
              List.of(found.activation), List.of(h), false, false);
    }

    /// `h' = (1 − z) * n + z * h`, or with z and 1 − z exchanged.
    @Nullable
    NativeCell gru() {
      var terms = GateTerms.terms(next());
      if (terms.size() != 2) {
        return null;
      }
      for (int i = 0; i < 2; i++) {
        var kept = GateTerms.factors(terms.get(i));
        var fresh = GateTerms.factors(terms.get(1 - i));
        if (kept.size() == 2 && fresh.size() == 2 && kept.stream().anyMatch(this::isState)) {
          var share = kept.get(isState(kept.getFirst()) ? 1 : 0);
          for (int j = 0; j < 2; j++) {
            var found = isRest(fresh.get(j), share) ? gru(share, fresh.get(1 - j), false)
                : isRest(share, fresh.get(j)) ? gru(fresh.get(j), fresh.get(1 - j), true) : null;
            if (found != null) {
              return found;
            }
          }
        }
      }
      return null;
    }

    /// `a = 1 − b`
    private static boolean isRest(Expr a, Expr b) {
      return a.equals(new Combine(Operator.SUBTRACT, new Constant(1), b));
    }

    /// @param isFresh whether z is the share of the new value, as opposed to ONNX: 1 − σ(a) = σ(−a)
    private @Nullable NativeCell gru(Expr share, Expr candidate, boolean isFresh) {
      var z = Activated.of(share).in(this, null);
      var n = Activated.of(candidate);
      if (z == null || isFresh && !z.activation.equals("Sigmoid")) {
        return null;
      }
      var update = isFresh ? z.gate.negated() : z.gate;
      var before = resetBefore(n, z.activation);
      if (before != null) {
        return new NativeCell(Kind.GRU, List.of(update, before.reset, before.candidate),
            List.of(z.activation, n.name), List.of(h), false, false);
      }
      var after = resetAfter(n, z.activation);
      return after == null ? null
          : new NativeCell(Kind.GRU, List.of(update, after.reset, after.candidate),
              List.of(z.activation, n.name), List.of(h), true, false);
    }

    private record Reset(GateTerms reset, GateTerms candidate) {}

    /// `n = g(W x + R (r * h) + b)`
    private @Nullable Reset resetBefore(Activated n, String activation) {
      var resets = new ArrayList<Found>();
      var candidate = finder.of(n.of, operand -> {
        var factors = GateTerms.factors(operand);
        if (factors.size() != 2 || factors.stream().noneMatch(this::isState)) {
          return false;
        }
        var r = Activated.of(factors.get(isState(factors.getFirst()) ? 1 : 0)).in(this, null);
        return r != null && resets.add(r);
      }, _ -> false);
      return candidate == null || resets.size() != 1
          || !resets.getFirst().activation.equals(activation) ? null
              : new Reset(resets.getFirst().gate, candidate);
    }

    /// `n = g(W x + b + r * (R h + u))`
    private @Nullable Reset resetAfter(Activated n, String activation) {
      var own = new ArrayList<Expr>();
      var inside = new ArrayList<Expr>();
      GateTerms reset = null;
      int products = 0;
      for (var term : GateTerms.terms(n.of)) {
        var factors = GateTerms.factors(term);
        if (factors.size() != 2) {
          own.add(term);
          continue;
        }
        for (int i = 0; i < 2 && reset == null; i++) {
          var r = Activated.of(factors.get(i)).in(this, null);
          if (r != null && r.activation.equals(activation)) {
            reset = r.gate;
            inside.addAll(GateTerms.terms(factors.get(1 - i)));
          }
        }
        if (inside.isEmpty() || ++products > 1) {
          return null;
        }
      }
      long biases = own.stream().filter(Expr.Vector.class::isInstance).count();
      if (reset == null || biases > 1 || own.size() != 1 + biases
          || inside.stream().anyMatch(term -> term instanceof Expr.Product(var _, var operand)
              && !isState(operand))) {
        return null;
      }
      if (biases == 0 && inside.size() > 1) {
        return null; // a bias inside the brackets alone has no place of its own in a gate
      }
      own.addAll(inside);
      var candidate = finder.of(own, this::isState, _ -> false);
      return candidate == null ? null : new Reset(reset, candidate);
    }

    /// `c' = f * c + i * g`, `h' = o * h(c')`
    @Nullable
    NativeCell lstm() {
      var c = states.keySet().stream().filter(state -> !state.equals(h)).findFirst().orElseThrow();
      var memory = new Value(c + "'");
      var outputs = GateTerms.factors(next());
      var terms = GateTerms.terms(states.getOrDefault(c, new Constant(0)));
      if (outputs.size() != 2 || terms.size() != 2) {
        return null;
      }
      for (int i = 0; i < 2; i++) {
        var o = Activated.of(outputs.get(i)).in(this, memory);
        var shown = Activated.of(outputs.get(1 - i));
        if (o != null && shown.of.equals(memory)) {
          for (int j = 0; j < 2; j++) {
            var kept = GateTerms.factors(terms.get(j));
            var found = kept.size() == 2 && kept.contains(new Previous(c))
                ? lstm(c, o, shown.name, kept.get(kept.getFirst().equals(new Previous(c)) ? 1 : 0),
                    GateTerms.factors(terms.get(1 - j)))
                : null;
            if (found != null) {
              return found;
            }
          }
        }
      }
      return null;
    }

    private @Nullable NativeCell lstm(String c, Found o, String shown, Expr forget,
        List<Expr> written) {
      var memory = new Previous(c);
      for (int j = 0; written.size() == 2 && j < 2; j++) {
        var i = Activated.of(written.get(j)).in(this, memory);
        var g = Activated.of(written.get(1 - j)).in(this, null);
        if (i == null || g == null || !i.activation.equals(o.activation)) {
          continue;
        }
        boolean coupled = isRest(forget, written.get(j));
        var f = coupled ? null : Activated.of(forget).in(this, memory);
        if (coupled || f != null && f.activation.equals(o.activation)) {
          var gates = new ArrayList<@Nullable GateTerms>(List.of(i.gate, o.gate));
          gates.add(f == null ? null : f.gate);
          gates.add(g.gate);
          return new NativeCell(Kind.LSTM, gates, List.of(o.activation, g.activation, shown),
              List.of(h, c), false, coupled);
        }
      }
      return null;
    }
  }
}
