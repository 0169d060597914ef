package dev.unroll.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.rewrite.LayerNormalized;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import org.junit.jupiter.api.Test;

/// What rewrites make of a cell, as text.
class RewriteTextTest {

  @Test
  void lengthsHoldEveryState() {
    assertThat(Lengths.of(Cell.parse("c", "c' = f * c + x\nh' = tanh(c')\nf2 = h'\nout f2")))
        .hasToString("""
            c' = stepnumber(present) * (f * c + x) + (1 - stepnumber(present)) * c
            h' = stepnumber(present) * tanh(c') + (1 - stepnumber(present)) * h
            f2 = h'
            out f2
            """);
  }

  @Test
  void restartReplacesEveryStateThatIsRead() {
    var cell = Cell.parse("c", "c' = c + W x + U h\nh' = tanh(c' + c)\nd' = h'");
    assertThat(Restart.of(cell, false)).hasToString("""
        c_from = stepnumber(keep) * c
        h_from = stepnumber(keep) * h
        c'     = c_from + W x + U h_from
        h'     = tanh(c' + c_from)
        d'     = h'
        """);
    assertThat(Restart.of(Irnn.cell(), true)).hasToString("""
        h_from = stepnumber(keep) * h + (1 - stepnumber(keep)) * h0
        h'     = relu(W x + U h_from + b)
        init W = normal(0.001)
        init U = identity
        init h0 = 0
        """);
  }

  @Test
  void zoneoutChoosesBetweenTheOldStateAndTheComputedOne() {
    var cell = Cell.parse("c", "c' = f * c + x\nh' = tanh(c')\ny = V h' + c'\nout y");
    assertThat(Zoneout.of(cell)).hasToString("""
        c_new = f * c + x
        h_new = tanh(c_new)
        c'    = stepmask(zoneout_c) * c + (1 - stepmask(zoneout_c)) * c_new
        h'    = stepmask(zoneout_h) * h + (1 - stepmask(zoneout_h)) * h_new
        y     = V h' + c'
        out y
        """);
  }

  @Test
  void layerNormalisationIsOnEveryProduct() {
    var cell = Cell.parse("c", "r = σ(U h)\nh' = tanh(W x + U h + r * V (r * h) + b)");
    assertThat(LayerNormalized.of(cell)).hasToString("""
        a_U = U h
        r   = σ(g_U * (a_U - mean(a_U)) / sqrt(var(a_U) + 1e-5))
        a_W = W x
        a_V = V (r * h)
        h'  = tanh(g_W * (a_W - mean(a_W)) / sqrt(var(a_W) + 1e-5) + \
        g_U * (a_U - mean(a_U)) / sqrt(var(a_U) + 1e-5) + \
        r * (g_V * (a_V - mean(a_V)) / sqrt(var(a_V) + 1e-5)) + b)
        init g_U = 1
        init g_W = 1
        init g_V = 1
        """);
  }
}
