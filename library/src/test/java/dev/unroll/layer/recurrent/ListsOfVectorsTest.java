package dev.unroll.layer.recurrent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.inspect.Spectrum;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A layer of a cell in a chapter's notation, `W [x; h] + b`, is that of `Wx x + Wh h + b` with the
/// columns of both matrices side by side: the same bits forward, and the same gradients.
class ListsOfVectorsTest {
  private static final int T = 6;
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 5;

  private static final String LSTM = """
      f  = σ(Wf [x; h] + bf)
      i  = σ(Wi [x; h] + bi)
      g  = tanh(Wg [x; h] + bg)
      o  = σ(Wo [x; h] + bo)
      c' = f * c + i * g
      h' = o * tanh(c')
      """;
  private static final String GRU = """
      r  = σ(Wr [x; h] + br)
      z  = σ(Wz [x; h] + bz)
      n  = tanh(Wn [x; r * h] + bn)
      h' = (1 - z) * n + z * h
      """;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void theLstmOfAChapterHasTheBitsOfItsProducts() {
    check(LSTM, 0);
  }

  @Test
  void theGruOfAChapterHasTheBitsOfItsProducts() {
    check(GRU, 0);
  }

  @Test
  void theColumnsOfTheStateArePreserved() {
    check("h' = tanh(W [x; h] + b)", 0.7);
    check("h' = tanh(W [h; x] + b)", 0.7);
  }

  private void check(String lists, double preserve) {
    var sums = lists.replaceAll("(W\\w?) \\[x; ([^]]+)]", "$1x x + $1h ($2)")
        .replaceAll("(W\\w?) \\[h; x]", "$1h h + $1x x");
    var left = new RunnableLayer(lists, preserve);
    var right = new RunnableLayer(sums, preserve);
    left.layer.blocks().forEach((name, block) -> {
      for (int n = 0; n < block.length(); n++) {
        right.parameters.values()[right.place(name, block, n, lists)] =
            left.parameters.values()[block.offset() + n];
      }
    });
    assertThat(left.run()).as(lists).containsExactly(right.run());
    left.layer.blocks().forEach((name, block) -> {
      for (int n = 0; n < block.length(); n++) {
        float its = left.parameters.gradients()[block.offset() + n];
        assertThat(its).as("%s[%d] of %s", name, n, lists).isNotZero()
            .isEqualTo(right.parameters.gradients()[right.place(name, block, n, lists)]);
      }
    });
  }

  private final class RunnableLayer {
    private final Parameters parameters = new Parameters();
    private final Recurrent layer;

    RunnableLayer(String text, double preserve) {
      layer = new Recurrent("l", Cell.parse("my", text), Dimensions.of(F, H), parameters, 0,
          CounterRandom.of(3));
      if (preserve > 0) {
        layer.preserveGradients(preserve);
      }
      parameters.freeze();
      layer.initialize();
    }

    /// Where element n of `W [x; h]` lies in this layer's Wx and Wh.
    int place(String name, Parameters.Block block, int n, String lists) {
      if (block.columns() == 1) {
        return requireNonNull(layer.blocks().get(name)).offset() + n;
      }
      int row = n / block.columns();
      int column = n % block.columns();
      boolean stateFirst = lists.contains("[h; x]");
      int first = stateFirst ? H : F;
      boolean state = stateFirst == column < first;
      var its = requireNonNull(layer.blocks().get(name + (state ? "h" : "x")));
      return its.offset() + row * its.columns() + (column < first ? column : column - first);
    }

    float[] run() {
      var run = layer.run(engine, Bounds.of(T, B, true).within());
      run.load();
      var y = run.forward(sines(F, 1), Span.of(T));
      var results = Arrays.copyOfRange(y.array(), y.offset(), y.offset() + T * B * H);
      var dx = run.backward(sines(H, 2), Span.of(T));
      var all = Arrays.copyOf(results, T * B * (H + F));
      System.arraycopy(dx.array(), dx.offset(), all, T * B * H, T * B * F);
      return all;
    }
  }

  @Test
  void eachVectorsColumnsStartByTheirOwnRole() {
    var layer = new RunnableLayer("h' = tanh(W [x; h] + W [0; h] + b)", 0).layer;
    var matrices = layer.recurrentMatrices();
    assertThat(matrices.keySet()).containsExactly("W[2]");
    var spectrum = requireNonNull(Spectrum.of(layer).get("W[2]"));
    for (double value : spectrum.singularValues()) {
      assertThat(value).isCloseTo(1, within(1e-6));
    }
    var block = requireNonNull(layer.blocks().get("W"));
    double bound = Math.sqrt(6.0 / (F + H));
    var seen = new HashMap<Float, Integer>();
    for (int n = 0; n < H * F; n++) {
      float value = layer.parameters().values()[block.columns(0, F).at(n)];
      assertThat((double) value).isBetween(-bound, bound);
      seen.merge(value, 1, Integer::sum);
    }
    assertThat(seen).hasSize(H * F);
  }

  @Test
  void droppedWeightsAreThoseOfTheState() {
    var parameters = new Parameters();
    var layer = new Recurrent("l", Cell.parse("my", "h' = tanh(W [x; h] + b)"), Dimensions.of(F, H),
        parameters, Masks.NONE.weights(0.5), CounterRandom.of(3));
    parameters.freeze();
    layer.initialize();
    Arrays.fill(parameters.values(), 1);
    var dropped = new DroppedWeights(layer, engine);
    dropped.draw(1);
    var block = requireNonNull(dropped.blocks().get("W"));
    for (int n = 0; n < block.length(); n++) {
      float value = dropped.values()[block.offset() + n];
      if (n % (F + H) < F) {
        assertThat(value).isEqualTo(1);
      } else {
        assertThat(value).isIn(0f, 2f);
      }
    }
    assertThat(List.of(0f, 1f, 2f)).allMatch(v -> has(dropped.values(), v));
  }

  private static boolean has(float[] values, float value) {
    for (float v : values) {
      if (v == value) {
        return true;
      }
    }
    return false;
  }

  private static Rows sines(int columns, int seed) {
    var sines = Rows.allocate(T * B, columns);
    for (int i = 0; i < sines.array().length; i++) {
      sines.array()[i] = (float) Math.sin(seed * 100 + i);
    }
    return sines;
  }
}
