package dev.unroll.keras.network;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import java.util.List;

/// The recurrent layers of Keras as cells of ours: the published ones where the activations are the
/// usual ones, otherwise cells of their equations, which have the same names of weights.
enum KerasCell {
  /// `SimpleRNN`.
  RNN(""),
  /// `GRU(reset_after=False)`. In Keras z keeps the old state.
  GRU_RESET_BEFORE("z", "r", "n"),
  /// `GRU(reset_after=True)`, the usual one since TensorFlow 2.
  GRU("z", "r", "n"),
  /// `LSTM`; Keras calls our g, the candidate, c.
  LSTM("i", "f", "g", "o");

  private final List<String> gates;

  KerasCell(String... gates) {
    this.gates = List.of(gates);
  }

  /// The gates in the order of Keras, by our names.
  List<String> gates() {
    return gates;
  }

  /// The cell.
  ///
  /// @param gate of the gates, Keras's `recurrent_activation`
  /// @param state of the candidate, Keras's `activation`
  Cell cell(KerasActivation gate, KerasActivation state) {
    boolean usual = state == KerasActivation.TANH && gate == KerasActivation.SIGMOID;
    var more = (gate == KerasActivation.SIGMOID ? "" : "-" + gate.word())
        + (state == KerasActivation.TANH ? "" : "-" + state.word());
    return switch (this) {
      case RNN -> switch (state) {
        case TANH -> SimpleRnn.of(Function.TANH);
        case SIGMOID -> SimpleRnn.of(Function.SIGMOID);
        case RELU -> SimpleRnn.of(Function.RELU);
        case LINEAR -> SimpleRnn.identity();
        default -> Cell.parse("rnn-" + state.word(), "h' = " + state.of("W x + U h + b"));
      };
      case GRU -> usual ? Gru.cell()
          : Cell.parse("gru" + more, gru(gate, state.of("Wn x + bn + r * (Un h + bu)")));
      case GRU_RESET_BEFORE -> usual ? Cells.gruResetBefore()
          : Cell.parse("gru-reset-before" + more, gru(gate, state.of("Wn x + Un (r * h) + bn")));
      case LSTM -> usual ? Lstm.cell() : Cell.parse("lstm" + more, lstm(gate, state));
    };
  }

  /// Whether the cell has z as the share of the new state, so that weights change their sign.
  boolean hasOtherZ(KerasActivation gate, KerasActivation state) {
    return this == GRU_RESET_BEFORE && cell(gate, state).equals(Cells.gruResetBefore());
  }

  private static String gru(KerasActivation gate, String candidate) {
    return """
        r  = %s
        z  = %s
        n  = %s
        h' = (1 - z) * n + z * h
        """.formatted(gate.of("Wr x + Ur h + br"), gate.of("Wz x + Uz h + bz"), candidate);
  }

  private static String lstm(KerasActivation gate, KerasActivation state) {
    return """
        i  = %s
        f  = %s
        g  = %s
        o  = %s
        c' = f * c + i * g
        h' = o * %s
        init bf = 1
        """.formatted(gate.of("Wi x + Ui h + bi"), gate.of("Wf x + Uf h + bf"),
        state.of("Wg x + Ug h + bg"), gate.of("Wo x + Uo h + bo"), state.of("c'"));
  }
}
