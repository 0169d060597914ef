package dev.unroll.bench;

import dev.unroll.cell.Cells;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.expr.Cell;
import java.util.List;

/// A cell that the rivals have too, with the names of its parameters in the rivals' order of gates.
///
/// @param maskDrop the probability of variational dropout, 0 for none
record PeerCell(Cell cell, List<Gate> gates, double maskDrop) {

  /// The parameters of a gate. The rivals have two biases; the cell has their sum, or, in the gate
  /// n of a GRU alone, both.
  record Gate(String w, String u, String bias, String recurrentBias) {
    static Gate of(String letter) {
      return new Gate("W" + letter, "U" + letter, "b" + letter, "");
    }
  }

  /// An LSTM as a user may write it: other names, other order, another way to say the same.
  private static final String CUSTOM = """
      keep   = σ(Kx x + Kh s + k)
      show   = σ(Sx x + Sh s + v)
      new    = tanh(Nx x + Nh s + n)
      take   = σ(Tx x + Th s + t)
      memory' = new * take + memory * keep
      s'     = tanh(memory') * show
      out s'
      """;

  private static final List<Gate> CUSTOM_GATES = List.of(new Gate("Tx", "Th", "t", ""),
      new Gate("Kx", "Kh", "k", ""), new Gate("Nx", "Nh", "n", ""), new Gate("Sx", "Sh", "v", ""));

  /// @param peer `unroll`, `unroll-scalar`, `unroll-custom`, `unroll-masks` or `unroll-layernorm`
  /// @param name the rivals' name of the cell: `lstm`, `gru` or `rnn`
  static PeerCell of(String peer, String name) {
    var published = switch (name) {
      case "lstm" -> new PeerCell(Cells.find(name), gates("i", "f", "g", "o"), 0);
      case "gru" -> new PeerCell(Cells.find(name),
          List.of(Gate.of("r"), Gate.of("z"), new Gate("Wn", "Un", "bn", "bu")), 0);
      case "rnn" -> new PeerCell(Cells.find(name), gates(""), 0);
      default -> throw new UnsupportedOperationException("cell " + name);
    };
    return switch (peer) {
      case "unroll", "unroll-scalar" -> published;
      case "unroll-masks" -> new PeerCell(
          VariationalDropout.of(published.cell, VariationalDropout.Masks.TIED),
          published.gates, 0.25);
      default -> {
        if (!name.equals("lstm")) {
          throw new UnsupportedOperationException(peer + " is an LSTM");
        }
        yield peer.equals("unroll-custom")
            ? new PeerCell(Cell.parse("custom", CUSTOM), CUSTOM_GATES, 0)
            : new PeerCell(Cells.find("lstm-layernorm"), published.gates, 0);
      }
    };
  }

  private static List<Gate> gates(String... letters) {
    return List.of(letters).stream().map(Gate::of).toList();
  }
}
