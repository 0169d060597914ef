package dev.unroll.expr.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The graph of one step forward and backward: the forward values under the same numbers, then the
/// gradients.
///
/// @param step the forward step
/// @param graph forward values and gradients
/// @param input the number of `dx`
/// @param states for each state the number of the gradient of its value before the step
/// @param matrices the terms of the gradients of the matrices
/// @param vectors the terms of the gradients of the vectors
/// @param traced for each equation the number of the gradient of its value: through all that
///     depends on it, in its own step and in later ones. Equations that compute the same value
///     share its gradient. Empty unless the step is traced
public record GradientGraph(
    StepGraph step,
    Graph graph,
    int input,
    SequencedMap<String, Integer> states,
    List<MatrixTerm> matrices,
    List<VectorTerm> vectors,
    SequencedMap<String, Integer> traced) {

  /// The name under which the gradient of the output arrives ([Node.Arriving]).
  public static final String OUTPUT = "out";

  /// `d matrix += Σ over steps and rows of adjoint ⊗ operand`
  public record MatrixTerm(String matrix, int adjoint, int operand) {}

  /// `d vector += Σ over steps and rows of adjoint`
  public record VectorTerm(String vector, int adjoint) {}

  /// Copies its collections.
  public GradientGraph {
    states = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(states));
    matrices = List.copyOf(matrices);
    vectors = List.copyOf(vectors);
    traced = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(traced));
  }

  /// Differentiates a step.
  public static GradientGraph of(StepGraph step) {
    return new Derivative(step).graph();
  }
}
