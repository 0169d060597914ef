package dev.unroll.exchange.network;

import dev.unroll.expr.Cell;
import java.util.List;
import java.util.Map;

/// A recurrent layer: its cell, its sizes, and the weights of each direction by the cell's names.
///
/// @param name of the layer in its checkpoint
/// @param cell with the gates as we have them
/// @param inputs F
/// @param sizes H and the cell's further sizes
/// @param directions one, or forward and backward, whose outputs are put side by side
public record RecurrentWeights(String name, Cell cell, int inputs, Map<String, Integer> sizes,
    List<Map<String, Weight>> directions) {

  /// The size of the output of all directions.
  public int outputs() {
    int one = sizes.getOrDefault("P", sizes.getOrDefault("H", 0));
    return directions.size() * one;
  }
}
