package dev.unroll.exchange.network;

import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.format.FormatException;
import dev.unroll.tensor.Parameters;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Gives each parameter of a model its weight, and records where it comes from.
///
/// @param source the file, for messages
/// @param weights by the names of parameters
/// @param transfers gets a line for each
record ParameterWeights(String source, Map<String, Weight> weights, List<Transfer> transfers) {

  /// The values of a parameter.
  ///
  /// @throws FormatException if there are none, or of another shape
  float[] read(Parameters.Block block) throws IOException {
    var weight = weights.get(block.name());
    if (weight == null) {
      throw new FormatException("%s has no values for %s [%d, %d] of this model"
          .formatted(source, block.name(), block.rows(), block.columns()));
    }
    if (weight.rows() != block.rows() || weight.columns() != block.columns()) {
      throw new FormatException("%s: %s is [%d, %d], expected [%d, %d] for %s".formatted(source,
          weight.from().isEmpty() ? weight.how() : String.join(" + ", weight.from()),
          weight.rows(), weight.columns(), block.rows(), block.columns(), block.name()));
    }
    transfers.add(weight.to(block.name()));
    try {
      float[] values = weight.values().read();
      requireFinite(weight, block.name(), values);
      return values;
    } catch (FormatException e) {
      throw String.valueOf(e.getMessage()).startsWith(source) ? e
          : new FormatException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  private static void requireFinite(Weight weight, String parameter, float[] values)
      throws FormatException {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FormatException(
            "%s has the value %s, expected finite numbers for %s; its training has diverged: take"
                .formatted(String.join(" + ", weight.from()), value, parameter)
                + " weights from before");
      }
    }
  }
}
