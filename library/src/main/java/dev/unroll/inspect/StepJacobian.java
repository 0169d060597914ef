package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.inspect.step.BlockKrylov;
import dev.unroll.inspect.step.JacobianChain;
import dev.unroll.inspect.step.Linearization;
import dev.unroll.inspect.step.Points;
import dev.unroll.layer.Layer;
import dev.unroll.layer.recurrent.Recurrent;
import java.util.Optional;

/// The largest singular values of the Jacobians of a recurrent layer along a trajectory: by how
/// much a step, or k steps, can stretch a small change of the state, and so the gradient in the
/// backward pass.
///
/// ```
/// J_t = ∂s_t/∂s_{t−1}        M_t = ∂s_t/∂s_{t−k} = J_t J_{t−1} … J_{t−k+1}        ‖M_tᵀ δ‖ ≤ σ₁ ‖δ‖
/// ```
///
/// Where all σ₁ stay below one the gradient vanishes exponentially; it can explode only where some
/// are above one (Hochreiter 1991, "Untersuchungen zu dynamischen neuronalen Netzen"; Bengio,
/// Simard and Frasconi 1994, "Learning long-term dependencies with gradient descent is difficult";
/// Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063). s is all states concatenated, or one of
/// them, with the others before the first step held constant.
///
/// The Jacobians are not formed: products with them and their transposes come from the compiled
/// cell, in float, for all steps at once ([BlockKrylov]). Matrices with up to 32 columns are
/// formed, and exact to the rounding of these products. Immutable, except for the arrays, which
/// must not be written.
///
/// @param state the state, empty for all of them
/// @param lag k
/// @param steps the number of windows of k steps: T − k + 1
/// @param batch B
/// @param values the singular values of each window and sample, the largest first:
///     `[steps · B][n]`; row `t · B + b` is of the steps t to t + k − 1
/// @param residual the largest ‖Mᵀu − σv‖ / σ₁: there is a singular value within this distance of
///     each given one. 0 if the matrices were formed
public record StepJacobian(
    Optional<String> state, int lag, int steps, int batch, double[][] values, double residual) {

  /// The number of steps that are processed at once, to bound the memory.
  private static final int ROWS = 256;

  /// What to measure.
  ///
  /// @param state the state, empty for all of them concatenated
  /// @param lag k, 1 for a step
  /// @param values the number of singular values
  public record Question(Optional<String> state, int lag, int values) {

    /// @throws IllegalArgumentException if there is no step or no value
    public Question {
      if (lag < 1 || values < 1) {
        throw new IllegalArgumentException(
            "%d singular values over %d steps, expected at least 1 of each".formatted(values, lag));
      }
    }

    /// The largest singular values of each step, all states concatenated.
    public static Question of(int values) {
      return new Question(Optional.empty(), 1, values);
    }

    /// The same of one state against itself.
    public Question state(String state) {
      return new Question(Optional.of(state), lag, values);
    }

    /// The same over k steps.
    public Question lag(int lag) {
      return new Question(state, lag, values);
    }
  }

  /// Measures a layer.
  ///
  /// @param layer a recurrent one, of [Microscope#trajectories]
  /// @param question at most as many values as the matrices have are returned
  /// @throws CellException if the cell has no such state, or no states
  /// @throws IllegalArgumentException if the trajectory has fewer than k steps, or the layer is not
  ///     recurrent
  public static StepJacobian of(
      Engine engine, Layer layer, Trajectory at, Question question) {
    var recurrent = Recurrent.of(layer);
    var cell = recurrent.cell();
    requireStates(cell, question.state());
    int lag = question.lag();
    int steps = at.steps() - lag + 1;
    if (steps < 1) {
      throw new IllegalArgumentException(
          "%d steps, expected at least the lag, %d".formatted(at.steps(), lag));
    }
    var values = new double[steps * at.batch()][];
    double residual = 0;
    int atOnce = Math.max(1, ROWS / at.batch());
    for (int t = 0; t < steps; t += atOnce) {
      int n = Math.min(atOnce, steps - t);
      var window = at.part(t, n + lag - 1);
      var part = new Linearization(engine, recurrent, cell,
          Points.of(window.steps(), window.batch(), window.before(), window.input()));
      var columns = question.state().map(part::columns)
          .orElse(new Linearization.Columns(0, part.size()));
      var chain = new JacobianChain(part, columns, columns, lag, at.batch());
      var search = new BlockKrylov(engine, chain, Math.min(question.values(), columns.n()));
      System.arraycopy(search.run(), 0, values, t * at.batch(), n * at.batch());
      for (double r : search.residuals()) {
        residual = Math.max(residual, r);
      }
    }
    return new StepJacobian(question.state(), lag, steps, at.batch(), values, residual);
  }

  static void requireStates(Cell cell, Optional<String> state) {
    if (cell.states().isEmpty()) {
      throw new CellException(
          "Cell %s has no states, so nothing goes from step to step.".formatted(cell.name()), null);
    }
    state.filter(name -> !cell.states().contains(name)).ifPresent(name -> {
      throw new CellException("Cell %s has no state %s; it has %s."
          .formatted(cell.name(), name, String.join(", ", cell.states())), null);
    });
  }

  /// The singular values over the steps t to t + k − 1 of sample b.
  public double[] at(int t, int b) {
    return values[t * batch + b];
  }
}
