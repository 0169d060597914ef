package dev.unroll.expr.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import dev.unroll.expr.RandomCells;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatexPrinterTest {

  @Test
  void lstm() {
    var cell =
        Cell.parse(
            "lstm",
            """
            i  = σ(Wi x + Ui h + bi)
            f  = σ(Wf x + Uf h + bf)
            g  = tanh(Wg x + Ug h + bg)
            o  = σ(Wo x + Uo h + bo)
            c' = f * c + i * g
            h' = o * tanh(c')
            """);
    assertThat(cell.latex())
        .isEqualTo(
            """
            \\begin{align*}
            i_t &= \\sigma(W_i x_t + U_i h_{t-1} + b_i) \\\\
            f_t &= \\sigma(W_f x_t + U_f h_{t-1} + b_f) \\\\
            g_t &= \\tanh(W_g x_t + U_g h_{t-1} + b_g) \\\\
            o_t &= \\sigma(W_o x_t + U_o h_{t-1} + b_o) \\\\
            c_t &= f_t \\odot c_{t-1} + i_t \\odot g_t \\\\
            h_t &= o_t \\odot \\tanh(c_t)
            \\end{align*}
            """);
  }

  @Test
  void gruWithTheResetAfterTheProduct() {
    var cell =
        Cell.parse(
            "gru",
            """
            r  = σ(Wr x + Ur h + br)
            z  = σ(Wz x + Uz h + bz)
            n  = tanh(Wn x + bn + r * (Un h + b_hn))
            h' = (1 - z) * n + z * h
            """);
    assertThat(cell.latex())
        .isEqualTo(
            """
            \\begin{align*}
            r_t &= \\sigma(W_r x_t + U_r h_{t-1} + b_r) \\\\
            z_t &= \\sigma(W_z x_t + U_z h_{t-1} + b_z) \\\\
            n_t &= \\tanh(W_n x_t + b_n + r_t \\odot (U_n h_{t-1} + b_{hn})) \\\\
            h_t &= (1 - z_t) \\odot n_t + z_t \\odot h_{t-1}
            \\end{align*}
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      textBlock = """
          (h + x) / sqrt(var(h) + 1e-5)   ; \\frac{h_{t-1} + x_t}{\\sqrt{\\operatorname{var}(h_{t-1}) + 10^{-5}}}
          tanh(h / 2)                     ; \\tanh\\left(\\frac{h_{t-1}}{2}\\right)
          h - mean(h)                     ; h_{t-1} - \\operatorname{mean}(h_{t-1})
          0.5 * h * b                     ; 0.5 \\cdot h_{t-1} \\odot b
          2.5e-4 * h                      ; 2.5 \\cdot 10^{-4} \\cdot h_{t-1}
          h - -1                          ; h_{t-1} - (-1)
          -1e-7 * h                       ; (-10^{-7}) \\cdot h_{t-1}
          -U h                            ; -U h_{t-1}
          U V (h * b)                     ; U V (h_{t-1} \\odot b)
          h * (a - (b - c))               ; h_{t-1} \\odot (a - (b - c))
          max(relu(h), 0)                 ; \\max(\\operatorname{relu}(h_{t-1}), 0)
          abs(h) * exp(log(x))            ; \\left|h_{t-1}\\right| \\odot \\exp(\\log(x_t))
          h * mask(m)                     ; h_{t-1} \\odot m
          stepnumber(p) * h * stepmask(m) ; p_t \\cdot h_{t-1} \\odot m_t
          -(1) * h                        ; (-(1)) \\cdot h_{t-1}
          """)
  void expressions(String text, String latex) {
    assertThat(Cell.parse("my", "h' = " + text).latex())
        .isEqualTo("\\begin{align*}\nh_t &= " + latex + "\n\\end{align*}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "W, W", "Wf, W_f", "Whn, W_{hn}", "b_hn, b_{hn}", "Wᵢ, W_i", "W₁₂, W_{12}", "W12, W_{12}",
    "γ, \\gamma", "gamma, \\gamma", "Gamma, \\Gamma", "Σ, \\Sigma", "γf, \\gamma_f",
    "gamma_f, \\gamma_f", "b_gamma, b_{\\gamma}", "omicron, o", "bias, \\mathrm{bias}",
    "bias_f, \\mathrm{bias}_f", "W_gate, W_{\\mathrm{gate}}", "W_1_f, 'W_{1,f}'", "h̃, \\tilde{h}",
    "ĉ, \\hat{c}", "h̃f, \\tilde{h}_f", "b_, b", "λ, \\lambda", "ω, \\omega", "α, \\alpha",
  })
  void parameters(String name, String latex) {
    assertThat(LatexNames.parameter(name)).isEqualTo(latex);
  }

  @ParameterizedTest
  @CsvSource({
    "h, h_{t-1}", "h1, 'h_{1,t-1}'", "h_a, 'h_{a,t-1}'", "new, \\mathrm{new}_{t-1}",
    "cell2, '\\mathrm{cell}_{2,t-1}'", "h̃, \\tilde{h}_{t-1}", "gamma, \\gamma_{t-1}",
  })
  void values(String name, String latex) {
    assertThat(LatexNames.value(name, "t-1")).isEqualTo(latex);
  }

  @Test
  void braces() {
    for (int seed = 0; seed < 500; seed++) {
      var latex = RandomCells.draw(seed).latex();
      int depth = 0;
      for (int c : latex.chars().toArray()) {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        assertThat(depth).as("seed %d:\n%s", seed, latex).isNotNegative();
      }
      assertThat(depth).as("seed %d:\n%s", seed, latex).isZero();
      assertThat(latex.split("\\\\left").length)
          .as("seed %d:\n%s", seed, latex)
          .isEqualTo(latex.split("\\\\right").length);
      assertThat(latex).as("seed %d", seed).doesNotContain("'", "_{}");
    }
  }
}
