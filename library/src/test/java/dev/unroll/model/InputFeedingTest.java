package dev.unroll.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.expr.Function;
import dev.unroll.layer.Attention;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an encoder and decoder say, against the equations of Luong, Pham and Manning 2015 (arXiv
/// 1508.04025, sections 3.1 and 3.3) in loops over `double`.
class InputFeedingTest {
  private static final int[] INPUT = {4, 0, 2, 5, 1};
  private static final int[] TARGET = {2, 0, 1, 2};
  private static final int END = 3;

  /// Probabilities in `float`, after five steps that hand rounding errors of about 1e-7 on.
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theAttentionalVectorIsSpokenFromAndIfFedReadAtTheNextStep(boolean fed) {
    var parts = EncoderDecoder
        .of(Inputs.symbols(6, 2), RecurrentStack.of(SimpleRnn.of(Function.TANH), 5),
            RecurrentStack.of(SimpleRnn.of(Function.TANH), 4), Outputs.symbols(END))
        .seed(3).attention(Attention.GENERAL).feedback(3);
    var model = (fed ? parts.inputFeeding(true) : parts).initialized();
    var values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(0.7 * i * i + 1);
    }
    assertThat(matrix(model, "decoder.layer0.W")[0]).as("a step reads h̃ and e(y)")
        .hasSize(fed ? 4 + 3 : 3);
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(INPUT.length, TARGET.length, 1, false));
      var said = run.predict(Batch.of(List.of(
          new Example(new Values.Symbols(INPUT), new Values.Symbols(TARGET)))));
      var expected = expected(model, fed);
      for (int t = 0; t < expected.length; t++) {
        for (int j = 0; j <= END; j++) {
          assertThat((double) said.array()[said.offset() + t * said.columns() + j])
              .as("step %d, class %d", t, j).isCloseTo(expected[t][j], within(TOLERANCE));
        }
      }
    }
  }

  private static double[][] expected(EncoderDecoder model, boolean fed) {
    var memory = new double[INPUT.length][];
    var h = new double[5];
    for (int s = 0; s < INPUT.length; s++) {
      h = step(model, "encoder.layer0", matrix(model, "embedding.E")[INPUT[s]], h);
      memory[s] = h;
    }
    var state = tanh(dense(model, "decoder.initial", h));
    var attentional = new double[4];
    var said = new double[TARGET.length + 1][];
    for (int t = 0; t < said.length; t++) {
      var back = matrix(model, "decoder.feedback.E")[t == 0 ? END : TARGET[t - 1]];
      state = step(model, "decoder.layer0", fed ? joined(attentional, back) : back, state);
      var query = state;
      var scores = Arrays.stream(memory)
          .mapToDouble(m -> dot(query, times(matrix(model, "decoder.attention.keys.U"), m)));
      var context = times(transposed(memory), softmax(scores.toArray()));
      attentional = tanh(dense(model, "decoder.combination", joined(state, context)));
      said[t] = softmax(dense(model, "output", attentional));
    }
    return said;
  }

  private static double[] step(EncoderDecoder model, String layer, double[] x, double[] h) {
    return tanh(
        sum(sum(times(matrix(model, layer + ".W"), x), times(matrix(model, layer + ".U"), h)),
            transposed(matrix(model, layer + ".b"))[0]));
  }

  private static double[] dense(EncoderDecoder model, String name, double[] x) {
    return sum(times(matrix(model, name + ".V"), x), transposed(matrix(model, name + ".c"))[0]);
  }

  private static double[][] matrix(EncoderDecoder model, String name) {
    Parameters.Block block = requireNonNull(model.parameters().byName().get(name), name);
    var rows = new double[block.rows()][block.columns()];
    for (int i = 0; i < block.length(); i++) {
      rows[i / block.columns()][i % block.columns()] =
          model.parameters().values()[block.offset() + i];
    }
    return rows;
  }

  private static double[][] transposed(double[][] m) {
    var columns = new double[m[0].length][m.length];
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m[0].length; j++) {
        columns[j][i] = m[i][j];
      }
    }
    return columns;
  }

  private static double[] times(double[][] m, double[] v) {
    return Arrays.stream(m).mapToDouble(row -> dot(row, v)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    assertThat(a).hasSameSizeAs(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] sum(double[] a, double[] b) {
    var sum = a.clone();
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static double[] joined(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  private static double[] tanh(double[] a) {
    return Arrays.stream(a).map(Math::tanh).toArray();
  }

  private static double[] softmax(double[] a) {
    double sum = Arrays.stream(a).map(Math::exp).sum();
    return Arrays.stream(a).map(v -> Math.exp(v) / sum).toArray();
  }
}
