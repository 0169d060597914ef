package dev.unroll.layer.probe;

import dev.unroll.expr.Cell;
import dev.unroll.tensor.Rows;
import java.util.List;

/// Every value and gradient of one recurrent layer in its last passes, read from the layer's own
/// memory: valid until the next pass, and read-only.
///
/// ```
/// value(c')      c_t                 every named equation of the cell, states with their prime
/// gradient(c')   ∂L/∂c_t             the total derivative: all contributions, in step t and from
/// later steps arriving(c)    ∂L/∂c_t through step t + 1 alone, as its input c
/// ```
///
/// Sequences are `[T, B, size]`. One caller at a time, that of the run.
public interface Probe {

  /// The layer's name in its model: `layer0`, `layer1.backward`.
  String layer();

  /// The cell as it runs, with the equations added for padding and resets of states.
  Cell cell();

  /// Whether the layer runs backward in time: step t of this probe is step T − 1 − t of the
  /// sequence.
  boolean reversed();

  /// T of the last pass; 0 before the first.
  int steps();

  /// B.
  int batch();

  /// The names of the cell's equations in order, states with their prime: `i f g o c' h'`.
  List<String> quantities();

  /// The names of the cell's states: `c h`.
  List<String> states();

  /// The number of elements that a quantity has for each step and sample.
  int size(String quantity);

  /// The values of an equation, `[T, B, size]`.
  ///
  /// @throws IllegalArgumentException if the cell has no such equation; names those that it has
  /// @throws IllegalStateException if there was no pass
  Rows value(String quantity);

  /// A state before each step, `[T, B, size]`.
  ///
  /// @param state without prime
  /// @throws IllegalStateException if there was no pass
  Rows before(String state);

  /// ∂L/∂(value at step t), `[T, B, size]`: through all that depends on the value, in its own step
  /// and in later ones; for an output, `dy` is included. Equations that compute the same value
  /// share their gradient.
  ///
  /// @throws IllegalStateException if the run is not bound for training, or no backward pass
  ///     followed the last forward pass
  Rows gradient(String quantity);

  /// The part of ∂L/∂s_t that came back from step t + 1 through its input s, `[T, B, size]`; at the
  /// last step the gradient from the next chunk of the sequence, else zero.
  ///
  /// @param state without prime
  /// @throws IllegalStateException as [#gradient]
  Rows arriving(String state);

  /// The input of the layer, `[T, B, F]`.
  Rows input();

  /// ∂L/∂x, `[T, B, F]`.
  ///
  /// @throws IllegalStateException as [#gradient]
  Rows inputGradient();

  /// The names of the cell's matrices.
  List<String> matrices();

  /// The size of each step's term of the gradient of a matrix, `[T]`: the Frobenius norm of
  /// `Σ_b δ_tb ⊗ a_tb`, where `dW = Σ_t Σ_b δ_tb ⊗ a_tb`. With dropped weights, the matrix is the
  /// one that the pass ran with.
  ///
  /// @throws IllegalArgumentException if the cell has no such matrix; names those that it has
  /// @throws IllegalStateException as [#gradient]
  double[] contributions(String matrix);
}
