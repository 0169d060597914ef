package dev.unroll.inspect;

import dev.unroll.expr.Cell;
import dev.unroll.layer.probe.AttentionProbe;
import dev.unroll.tensor.Rows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The values and gradients of the recurrent layers of a model for some examples, and its attention
/// weights, copied, in the order of time of the sequence also for a layer that runs backward. The
/// arrays must not be changed.
///
/// @param loss the mean loss of the examples, L
/// @param batch B, the number of examples
/// @param lengths for each example the number of steps of its input
/// @param bytes the memory that the pass took, without these copies
/// @param layers in the order of the data flow
/// @param attentions the attentions; empty for most models
public record Look(double loss, int batch, List<Integer> lengths, long bytes, List<Layer> layers,
    List<Attended> attentions) {

  /// Copies the lists.
  public Look {
    lengths = List.copyOf(lengths);
    layers = List.copyOf(layers);
    attentions = List.copyOf(attentions);
  }

  /// One layer; for a bidirectional layer, one of its directions.
  ///
  /// @param name such as `layer0` or `layer0.backward`
  /// @param cell as it ran
  /// @param reversed whether it ran backward in time
  /// @param writes whether it generates the target, so that its steps are those of the target
  /// @param steps T
  /// @param lengths for each example its number of steps; rows from there on are padding
  /// @param values for each requested quantity its values, `[T, B, size]`
  /// @param gradientNorms for each requested quantity `‖∂L/∂(value at t)‖` over all samples, `[T]`
  /// @param arrivingNorms for each state, without prime, the norm of the gradient from step t + 1
  ///     alone, `[T]` ([dev.unroll.layer.probe.Probe#arriving])
  /// @param inputGradientNorms `‖∂L/∂x_t‖`, `[T]`
  /// @param contributions for each matrix the norm of step t's term of its gradient, `[T]`
  public record Layer(String name, Cell cell, boolean reversed, boolean writes, int steps,
      List<Integer> lengths, SequencedMap<String, Rows> values,
      SequencedMap<String, double[]> gradientNorms, SequencedMap<String, double[]> arrivingNorms,
      double[] inputGradientNorms, SequencedMap<String, double[]> contributions) {

    /// Copies the list and the maps.
    public Layer {
      lengths = List.copyOf(lengths);
      values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
      gradientNorms = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradientNorms));
      arrivingNorms = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(arrivingNorms));
      contributions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(contributions));
    }

    /// The values of one quantity.
    ///
    /// @throws IllegalArgumentException if it was not requested; names those that were
    public Rows value(String quantity) {
      var rows = values.get(quantity);
      if (rows == null) {
        throw new IllegalArgumentException("layer %s was looked at without %s; there are %s"
            .formatted(name, quantity, String.join(", ", values.keySet())));
      }
      return rows;
    }
  }

  /// The weights of one attention.
  ///
  /// @param name such as `decoder.attention` or `pooling`
  /// @param steps T, the query steps; 1 for a pooling, else those of the decoder
  /// @param memorySteps S, the memory steps
  /// @param weights α, `[T, B, S]`: for each step and sample they add up to 1, and padded steps
  ///     have 0
  public record Attended(String name, int steps, int memorySteps, Rows weights) {
    static Attended of(AttentionProbe run) {
      var weights = run.weights();
      int columns = run.memorySteps();
      int rows = run.steps() * run.batch();
      var copy = Rows.allocate(rows, columns);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(weights.array(), weights.offset() + row * weights.columns(), copy.array(),
            row * columns, columns);
      }
      return new Attended(run.name(), run.steps(), columns, copy);
    }
  }

  /// The layer of this name.
  ///
  /// @throws IllegalArgumentException if there is none; names the existing ones
  public Layer layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no recurrent layer %s; there are %s"
                .formatted(name, String.join(", ", layers.stream().map(Layer::name).toList()))));
  }
}
