package dev.unroll.testkit;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.plan.Buffer.Span;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.plan.Pass;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.StackedMatrices;
import dev.unroll.kernel.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/// All ways to make one small mistake in a plan: one instruction otherwise or left out, one stage
/// too early or left out, a product added that should be set, two matrices exchanged, a place of
/// the step before.
final class WrongPlans {

  /// A plan with one mistake.
  record Wrong(String mistake, Plan plan) {
    @Override
    public String toString() {
      return mistake;
    }
  }

  private static final Set<Function> SAME_ABOVE_ZERO =
      Set.of(Function.FLUSH, Function.RELU, Function.ABS);

  private static final Set<Function> NEVER_NEGATIVE =
      Set.of(Function.RELU, Function.SIGMOID, Function.EXP, Function.ABS, Function.SQRT);

  private final Plan right;
  private final Plan.Gradient gradient;
  private final List<Wrong> all = new ArrayList<>();

  private WrongPlans(Plan right) {
    this.right = right;
    gradient = Objects.requireNonNull(right.gradient());
  }

  static List<Wrong> of(Plan right) {
    var wrong = new WrongPlans(right);
    wrong.changePass("forward", right.forward(), wrong::withForward);
    wrong.changePass("backward", wrong.gradient.backward(), wrong::withBackward);
    wrong.changeGradients();
    wrong.exchangeMatrices();
    return wrong.all;
  }

  private interface PlanOf<E> {
    Plan of(E changed);
  }

  private void changePass(String name, Pass pass, PlanOf<Pass> plan) {
    changeStages(name + ", before the loop", pass.before(),
        s -> plan.of(new Pass(pass.once(), s, pass.loop(), pass.after())));
    changeStages(name + ", each step", pass.loop(),
        s -> plan.of(new Pass(pass.once(), pass.before(), s, pass.after())));
    changeStages(name + ", after the loop", pass.after(),
        s -> plan.of(new Pass(pass.once(), pass.before(), pass.loop(), s)));
  }

  private void changeStages(String name, List<Stage> stages, PlanOf<List<Stage>> plan) {
    for (int i = 0; i < stages.size(); i++) {
      var where = "%s, stage %d: ".formatted(name, i);
      add(where + "left out", plan.of(without(stages, i)));
      int stage = i;
      switch (stages.get(i)) {
        case Stage.Rows rows -> changeInstructions(where, rows.instructions(),
            changed -> plan.of(with(stages, stage, new Stage.Rows(changed))));
        case Stage.Multiply m -> {
          add(where + m + " is added or set", plan.of(with(stages, i, new Stage.Multiply(m.stack(),
              m.transposed(), m.operand(), m.result(), !m.accumulate()))));
          if (m.stack().heads() > 1) {
            add(where + m + " of full matrices", plan.of(with(stages, i, new Stage.Multiply(
                full(m.stack()), m.transposed(), m.operand(), m.result(), m.accumulate()))));
          }
          if (m.operand().buffer().span() == Span.STATES) {
            var other = new Place(m.operand().buffer(), 0, 1 - m.operand().shift());
            add(where + m + " of another step", plan.of(with(stages, i, new Stage.Multiply(
                m.stack(), m.transposed(), other, m.result(), m.accumulate()))));
          }
        }
      }
    }
  }

  private void changeInstructions(
      String where, List<Instruction> instructions, PlanOf<List<Instruction>> plan) {
    for (int i = 0; i < instructions.size(); i++) {
      var instruction = instructions.get(i);
      var others = new ArrayList<Instruction>();
      switch (instruction) {
        case Instruction.Apply(var function, var a, var result) -> {
          boolean positive = instructions.stream().anyMatch(p -> p.result().equals(a)
              && p instanceof Instruction.Apply(Function f, var _, var _)
              && NEVER_NEGATIVE.contains(f));
          for (var other : Function.values()) {
            // Of what is not negative, all these are the value itself.
            boolean same = positive && SAME_ABOVE_ZERO.contains(function)
                && SAME_ABOVE_ZERO.contains(other);
            if (other != function && !same) {
              others.add(new Instruction.Apply(other, a, result));
            }
          }
        }
        case Instruction.Combine(var operator, var a, var b, var result) -> {
          for (var other : Operator.values()) {
            if (other != operator) {
              others.add(new Instruction.Combine(other, a, b, result));
            }
          }
        }
        case Instruction.Copy(var a, var result) ->
            others.add(new Instruction.Apply(Function.NEGATE, a, result));
        case Instruction.Sum(var a, var result) ->
            others.add(new Instruction.Copy(result, result));
      }
      for (var other : others) {
        add("%s%s instead of %s".formatted(where, other, instruction),
            plan.of(with(instructions, i, other)));
      }
      add("%s%s left out".formatted(where, instruction), plan.of(without(instructions, i)));
    }
  }

  private void changeGradients() {
    for (int i = 0; i < gradient.matrices().size(); i++) {
      var m = gradient.matrices().get(i);
      var name = "d" + m.stack();
      add(name + " left out", withMatrices(without(gradient.matrices(), i)));
      add(name + " twice", withMatrices(twice(gradient.matrices(), i)));
      if (m.stack().heads() > 1) {
        add(name + " of full matrices", withMatrices(with(gradient.matrices(), i,
            new Plan.MatrixGradient(full(m.stack()), m.adjoint(), m.operand()))));
      }
      if (m.operand().buffer().span() == Span.STATES) {
        var other = new Place(m.operand().buffer(), 0, 1 - m.operand().shift());
        add(name + " of another step", withMatrices(with(gradient.matrices(), i,
            new Plan.MatrixGradient(m.stack(), m.adjoint(), other))));
      }
    }
    for (int i = 0; i < gradient.vectors().size(); i++) {
      var name = "d" + gradient.vectors().get(i).vector();
      add(name + " left out", withVectors(without(gradient.vectors(), i)));
      add(name + " twice", withVectors(twice(gradient.vectors(), i)));
    }
  }

  /// Everywhere, as if the rows of two matrices lay the other way round.
  private void exchangeMatrices() {
    for (var a : right.parameters()) {
      for (var b : right.parameters()) {
        if (a.name().compareTo(b.name()) < 0 && !a.isVector() && a.rows().equals(b.rows())
            && a.columns().equals(b.columns()) && a.heads() == b.heads()) {
          UnaryOperator<String> exchange =
              name -> name.equals(a.name()) ? b.name() : name.equals(b.name()) ? a.name() : name;
          add("%s and %s are exchanged".formatted(a.name(), b.name()), exchanged(exchange));
        }
      }
    }
  }

  private Plan exchanged(UnaryOperator<String> names) {
    var changed = new Plan.Gradient(gradient.arriving(), gradient.input(), gradient.states(),
        exchanged(gradient.backward(), names),
        gradient.matrices().stream().map(m -> new Plan.MatrixGradient(
            exchanged(m.stack(), names), m.adjoint(), m.operand())).toList(),
        gradient.vectors());
    var parameters = right.parameters().stream().map(p -> new Plan.Parameter(
        names.apply(p.name()), p.rows(), p.columns(), p.heads())).toList();
    return new Plan(right.cell(), parameters, right.buffers(), right.overlays(), right.input(),
        right.output(), right.states(), right.masks(), right.given(),
        exchanged(right.forward(), names), changed,
        right.trace());
  }

  private static Pass exchanged(Pass pass, UnaryOperator<String> names) {
    return new Pass(exchanged(pass.once(), names), exchanged(pass.before(), names),
        exchanged(pass.loop(), names),
        exchanged(pass.after(), names));
  }

  private static List<Stage> exchanged(List<Stage> stages, UnaryOperator<String> names) {
    return stages.stream().map(stage -> stage instanceof Stage.Multiply m
        ? new Stage.Multiply(exchanged(m.stack(), names), m.transposed(), m.operand(), m.result(),
            m.accumulate())
        : stage).toList();
  }

  private static StackedMatrices exchanged(StackedMatrices stack, UnaryOperator<String> names) {
    return new StackedMatrices(stack.matrices().stream().map(names).toList(), stack.heads());
  }

  private static StackedMatrices full(StackedMatrices stack) {
    return new StackedMatrices(stack.matrices());
  }

  private void add(String mistake, Plan plan) {
    all.add(new Wrong(mistake, plan));
  }

  private Plan withForward(Pass forward) {
    return new Plan(right.cell(), right.parameters(), right.buffers(), right.overlays(),
        right.input(), right.output(), right.states(), right.masks(), right.given(), forward,
        gradient,
        right.trace());
  }

  private Plan withBackward(Pass backward) {
    return withGradient(new Plan.Gradient(gradient.arriving(), gradient.input(), gradient.states(),
        backward, gradient.matrices(), gradient.vectors()));
  }

  private Plan withMatrices(List<Plan.MatrixGradient> matrices) {
    return withGradient(new Plan.Gradient(gradient.arriving(), gradient.input(), gradient.states(),
        gradient.backward(), matrices, gradient.vectors()));
  }

  private Plan withVectors(List<Plan.VectorGradient> vectors) {
    return withGradient(new Plan.Gradient(gradient.arriving(), gradient.input(), gradient.states(),
        gradient.backward(), gradient.matrices(), vectors));
  }

  private Plan withGradient(Plan.Gradient changed) {
    return new Plan(right.cell(), right.parameters(), right.buffers(), right.overlays(),
        right.input(), right.output(), right.states(), right.masks(), right.given(),
        right.forward(), changed,
        right.trace());
  }

  private static <E> List<E> without(List<E> list, int i) {
    var changed = new ArrayList<>(list);
    changed.remove(i);
    return changed;
  }

  private static <E> List<E> with(List<E> list, int i, E other) {
    var changed = new ArrayList<>(list);
    changed.set(i, other);
    return changed;
  }

  private static <E> List<E> twice(List<E> list, int i) {
    var changed = new ArrayList<>(list);
    changed.add(list.get(i));
    return changed;
  }
}
