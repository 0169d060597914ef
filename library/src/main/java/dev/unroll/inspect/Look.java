package dev.unroll.inspect;

import dev.unroll.expr.Cell;
import dev.unroll.tensor.Rows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What the recurrent layers of a model computed for some examples, copied, in the order of time of the
/// sequence also where a layer runs against it. The arrays are not to be changed.
///
/// @param loss the mean loss of the examples, L
/// @param batch B, the examples
/// @param lengths for each example the steps of its input; rows from there on are padding
/// @param bytes the memory that the pass took, without these copies
/// @param layers in the order in which data passes through them
public record Look(double loss, int batch, List<Integer> lengths, long bytes, List<Layer> layers) {

  /// Copies the lists.
  public Look {
    lengths = List.copyOf(lengths);
    layers = List.copyOf(layers);
  }

  /// One layer; of a layer in two directions, one of them.
  ///
  /// @param name such as `layer0` or `layer0.backward`
  /// @param cell as it ran
  /// @param reversed whether it ran against time
  /// @param steps T
  /// @param values for each quantity that was asked for its values, `[T, B, size]`
  /// @param gradientNorms for each quantity that was asked for `‖∂L/∂(value at t)‖` over all samples, `[T]`
  /// @param arrivingNorms for each state, without prime, the norm of what came back from step t + 1 alone,
  ///     `[T]` ([dev.unroll.layer.Probe#arriving])
  /// @param inputGradientNorms `‖∂L/∂x_t‖`, `[T]`
  /// @param contributions for each matrix the norm of step t's term of its gradient, `[T]`
  public record Layer(String name, Cell cell, boolean reversed, int steps,
      SequencedMap<String, Rows> values, SequencedMap<String, double[]> gradientNorms,
      SequencedMap<String, double[]> arrivingNorms, double[] inputGradientNorms,
      SequencedMap<String, double[]> contributions) {

    /// Copies the maps.
    public Layer {
      values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
      gradientNorms = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradientNorms));
      arrivingNorms = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(arrivingNorms));
      contributions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(contributions));
    }

    /// The values of one quantity.
    ///
    /// @throws IllegalArgumentException if it was not asked for; names those that were
    public Rows value(String quantity) {
      var rows = values.get(quantity);
      if (rows == null) {
        throw new IllegalArgumentException("layer %s was looked at without %s; there are %s"
            .formatted(name, quantity, String.join(", ", values.keySet())));
      }
      return rows;
    }
  }

  /// The layer of this name.
  ///
  /// @throws IllegalArgumentException if there is none; names those that there are
  public Layer layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no recurrent layer %s; there are %s"
                .formatted(name, String.join(", ", layers.stream().map(Layer::name).toList()))));
  }
}
