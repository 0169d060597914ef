package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.plan.Plan;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient assertion finds a kernel that is off by a part in a thousand in one element.
class WrongKernelsTest {

  static Stream<String> kernels() {
    return Stream.of(
        Arrays.stream(Function.values()).map(Function::name),
        Arrays.stream(Operator.values()).map(Operator::name),
        Stream.of("multiply", "accumulateOuter", "sum", "addRows"))
        .flatMap(names -> names);
  }

  /// Each function and operator, forward or in a gradient.
  private static Cell everything() {
    return Cell.parse(
        "everything",
        """
        a  = W x + U h
        m  = mean(a)
        l  = log(1.5 + a * a) + sqrt(abs(a) + 0.3) - m
        e  = exp(-a) / (1 + σ(a))
        s  = softplus(a) + logsigmoid(e) + expm1(m * a) * log1p(a * a)
        h' = tanh(min(a, e) + max(l, a)) + relu(a) * x + b * σ(a) + sin(s) * cos(l)
        """);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aWrongKernelIsFound(String mistake) {
    var problem = CellProblem.of(everything(), 3, 2, 4, 5, 1);
    var expected = Interpretation.of(problem);
    var plan = Plan.training(problem.cell());
    assertThatThrownBy(
        () -> Gradients.assertExecuted(expected, plan, new WrongKernels(mistake), 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("everything (T=3 B=2 {")
        .hasMessageContaining("of the plan on wrong " + mistake + ", 1 threads");
  }

  @Test
  void withoutAMistakeTheSameKernelsPass() {
    var problem = CellProblem.of(everything(), 3, 2, 4, 5, 1);
    Gradients.assertExecuted(
        Interpretation.of(problem), Plan.training(problem.cell()), new WrongKernels("nothing"), 1);
  }
}
