package dev.unroll.cell;

import dev.unroll.expr.Cell;

/// LSTM with layer normalization: the products of x and of h, four gates together, and the new
/// memory cell are each normalized to mean 0 and variance 1 over the layer.
///
/// ```
/// norm(a) = (a − mean a) / √(var a + 10⁻⁵)
/// x [B, F], h and c [B, H], W [H, F], U [H, H], gains αi … αo, βi … βo, γ and biases b [H]
/// ```
///
/// The three biases of a gate in the paper are one here, as only their sum matters; 10⁻⁵, which the
/// paper does not have, keeps a constant row finite.
///
/// Ba, Kiros and Hinton 2016, "Layer normalization", arXiv 1607.06450, equations 20 to 22.
final class LayerNormLstm {
  private LayerNormLstm() {}

  /// The cell `lstm-layernorm`.
  static Cell cell() {
    return Cell.parse(
        "lstm-layernorm",
        """
        x_i = Wi x
        x_f = Wf x
        x_g = Wg x
        x_o = Wo x
        m_x = (mean(x_i) + mean(x_f) + mean(x_g) + mean(x_o)) / 4
        v_x = (mean((x_i - m_x) * (x_i - m_x)) + mean((x_f - m_x) * (x_f - m_x))
            + mean((x_g - m_x) * (x_g - m_x)) + mean((x_o - m_x) * (x_o - m_x))) / 4
        s_x = sqrt(v_x + 1e-5)

        h_i = Ui h
        h_f = Uf h
        h_g = Ug h
        h_o = Uo h
        m_h = (mean(h_i) + mean(h_f) + mean(h_g) + mean(h_o)) / 4
        v_h = (mean((h_i - m_h) * (h_i - m_h)) + mean((h_f - m_h) * (h_f - m_h))
            + mean((h_g - m_h) * (h_g - m_h)) + mean((h_o - m_h) * (h_o - m_h))) / 4
        s_h = sqrt(v_h + 1e-5)

        i   = σ(αi * (x_i - m_x) / s_x + βi * (h_i - m_h) / s_h + bi)
        f   = σ(αf * (x_f - m_x) / s_x + βf * (h_f - m_h) / s_h + bf)
        g   = tanh(αg * (x_g - m_x) / s_x + βg * (h_g - m_h) / s_h + bg)
        o   = σ(αo * (x_o - m_x) / s_x + βo * (h_o - m_h) / s_h + bo)
        c'  = f * c + i * g
        h'  = o * tanh(γ * (c' - mean(c')) / sqrt(var(c') + 1e-5) + bc)
        init bf = 1
        """);
  }
}
