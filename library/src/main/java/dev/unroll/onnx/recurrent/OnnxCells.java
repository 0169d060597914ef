package dev.unroll.onnx.recurrent;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Combine;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Previous;
import dev.unroll.expr.Expr.Product;
import dev.unroll.expr.Expr.Value;
import dev.unroll.expr.Expr.Vector;
import java.util.ArrayList;
import java.util.List;

/// The equations of ONNX's recurrent operators, for one direction of a node.
///
/// ```
/// RNN   h' = f(W x + R h + b)
/// GRU   z = f(Wz x + Rz h + bz)   r = f(Wr x + Rr h + br)   h' = (1 − z) * n + z * h
///       n = g(Wh x + bh + Rh (r * h) + uh)   or, linear before reset,   g(Wh x + bh + r * (Rh h + uh))
/// LSTM  i = f(Wi x + Ri h + p_i * c + bi)    f = f(Wf x + Rf h + p_f * c + bf)   or 1 − i
///       g = g(Wc x + Rc h + bc)              c' = f * c + i * g
///       o = f(Wo x + Ro h + p_o * c' + bo)   h' = o * h(c')
/// ```
///
/// What enters an activation is limited to ±clip; c itself is not.
final class OnnxCells {
  private static final Expr X = Expr.x();
  private static final Expr H = new Previous("h");

  private final RecurrentForm form;
  private final List<Activation> activations;
  private final List<Equation> equations = new ArrayList<>();

  private OnnxCells(RecurrentForm form, int direction) {
    this.form = form;
    activations = form.activations().get(direction);
  }

  /// The cell of a direction of a node.
  static Cell cell(RecurrentForm form, int direction) {
    var cells = new OnnxCells(form, direction);
    switch (form.kind()) {
      case RNN -> cells.add("h'", cells.activated(0, sum("", H).plus(new Vector("b"))));
      case GRU -> cells.gru();
      case LSTM -> cells.lstm();
    }
    var name = switch (form.kind()) {
      case RNN -> "onnx-rnn";
      case GRU -> "onnx-gru";
      case LSTM -> "onnx-lstm";
    };
    return new Cell(name, cells.equations);
  }

  private void gru() {
    var z = gate("z");
    var r = gate("r");
    var before = new Product("Wh", X).plus(new Vector("bh"));
    var bias = new Vector("uh");
    var candidate = form.linearBeforeReset()
        ? before.plus(r.times(new Product("Rh", H).plus(bias)))
        : before.plus(new Product("Rh", r.times(H))).plus(bias);
    var n = add("n", activated(1, candidate));
    add("h'", new Constant(1).minus(z).times(n).plus(z.times(H)));
  }

  private void lstm() {
    var c = new Previous("c");
    var i = gate("i", c);
    var f = form.inputForget() ? add("f", new Constant(1).minus(i)) : gate("f", c);
    var g = add("g", activated(1, sum("c", H).plus(new Vector("bc"))));
    var memory = add("c'", f.times(c).plus(i.times(g)));
    var o = gate("o", memory);
    add("h'", o.times(activated(2, memory)));
  }

  private Expr gate(String gate) {
    return add(gate, activated(0, sum(gate, H).plus(new Vector("b" + gate))));
  }

  private Expr gate(String gate, Expr memory) {
    var sum = sum(gate, H);
    if (form.peepholes()) {
      sum = sum.plus(new Vector("p_" + gate).times(memory));
    }
    return add(gate, activated(0, sum.plus(new Vector("b" + gate))));
  }

  private static Expr sum(String gate, Expr state) {
    return new Product("W" + gate, X).plus(new Product("R" + gate, state));
  }

  private Expr activated(int which, Expr a) {
    float clip = form.clip();
    var limited = clip == Float.POSITIVE_INFINITY ? a
        : new Combine(Operator.MIN,
            new Combine(Operator.MAX, a, new Constant(-clip)), new Constant(clip));
    return activations.get(which).of(limited);
  }

  private Expr add(String name, Expr value) {
    equations.add(new Equation(name, value));
    return new Value(name);
  }
}
