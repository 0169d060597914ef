package dev.unroll.layer;

import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.rewrite.LayerNormalized;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradients of every kind of layer, of parameters and of x, against differences of
///
/// ```
/// L = Σ y ∘ k + Σ y_last ∘ m + what the layer adds itself
/// ```
///
/// at sizes down to T, B, F and H = 1, with a gradient at every step and at the last one of each
/// sample alone.
class LayerGradientTest {
  /// Of the rule of fourth order: its own error is about 1e-6 for these functions, the rounding of
  /// a loss of a few ones in `float` the same divided by it.
  private static final double STEP = 0.02;

  private static final double TOLERANCE = 2e-4;

  /// For layers with kinks, over which a long step would reach; what rounding is divided by is
  /// shorter.
  private static final double SHORT_STEP = 1e-3;

  private static final double ROUGH_TOLERANCE = 1e-3;

  private final Engine engine = Engine.of(1);

  @AfterEach
  void close() {
    engine.close();
  }

  /// Makes a layer of F features and H units.
  interface Maker {
    RunnableLayer make(LayerZoo zoo, int inputs, int hidden);
  }

  /// The lengths of the samples, F and H.
  record Sizes(int[] lengths, int inputs, int hidden) {
    int time() {
      return Arrays.stream(lengths).max().orElseThrow();
    }

    boolean isMasked() {
      return Arrays.stream(lengths).anyMatch(n -> n < time());
    }

    @Override
    public String toString() {
      return "T %s, F %d, H %d".formatted(Arrays.toString(lengths), inputs, hidden);
    }
  }

  private static final List<Sizes> SIZES = List.of(
      new Sizes(new int[] {1}, 1, 1),
      new Sizes(new int[] {1, 1}, 1, 1),
      new Sizes(new int[] {1}, 3, 4),
      new Sizes(new int[] {3}, 1, 1),
      new Sizes(new int[] {1, 4, 1}, 2, 4),
      new Sizes(new int[] {1, 2}, 4, 1));

  private static SequencedMap<String, Maker> makers() {
    var makers = new LinkedHashMap<String, Maker>();
    Cells.all().forEach(p -> makers.put(p.name(), (zoo, f, h) -> cell(zoo, "l", p.cell(), f, h)));
    makers.put("zoneout", (zoo, f, h) -> zoo.cell("l", Zoneout.of(Lstm.cell()), f, h,
        Masks.NONE.zoneout(Lstm.cell(), 0.3)));
    makers.put("norm", (zoo, f, h) -> zoo.cell("l", LayerNormalized.of(Gru.cell()), f, h));
    makers.put("masks", (zoo, f, h) -> zoo.cell("l",
        VariationalDropout.of(Gru.cell(), VariationalDropout.Masks.UNTIED), f, h, Masks.drop(0.4)));
    makers.put("dropped weights",
        (zoo, f, h) -> zoo.cell("l", Lstm.cell(), f, h, Masks.NONE.weights(0.4)));
    makers.put("stack", (zoo, f, h) -> new Stack(List.of(
        zoo.dropout("in", f, 0.2), zoo.cell("a", Lstm.cell(), f, h), zoo.dropout("d", h, 0.3),
        zoo.cell("b", Gru.cell(), h, h), zoo.dropout("e", h, 0.2))));
    makers.put("stack under a dense layer", (zoo, f, h) -> new Stack(List.of(
        zoo.cell("a", Lstm.cell(), f, h), zoo.cell("out", Dense.cell(Function.TANH), h, 2))));
    makers.put("residual", (zoo, f, h) -> new Stack(List.of(zoo.cell("a", Lstm.cell(), f, h),
        new Residual(zoo.cell("b", Gru.cell(), h, h)), zoo.dropout("d", h, 0.3))));
    makers.put("residual first",
        (zoo, f, _) -> new Residual(zoo.cell("a", SimpleRnn.of(Function.TANH), f, f)));
    makers.put("both, joined", (zoo, f, h) -> new Bidirectional(
        zoo.cell("f", Lstm.cell(), f, h), zoo.cell("g", Gru.cell(), f, h + 1), Merge.CONCATENATE));
    makers.put("both, added, deep", (zoo, f, h) -> new Stack(List.of(
        Bidirectional.of("a", name -> zoo.cell(name, Gru.cell(), f, h), Merge.SUM),
        zoo.dropout("d", h, 0.3),
        new Residual(
            Bidirectional.of("b", name -> zoo.cell(name, Lstm.cell(), h, h), Merge.SUM)))));
    makers.put("penalty", (zoo, f, h) -> new ActivationPenalty(
        zoo.cell("l", Lstm.cell(), f, h), 0.3, 0.2));
    makers.put("recomputed step by step",
        (zoo, f, h) -> new Recomputed(zoo.cell("l", Lstm.cell(), f, h), 1));
    makers.put("recomputed", (zoo, f, h) -> new Recomputed(new Stack(List.of(
        zoo.cell("a", Lstm.cell(), f, h), zoo.dropout("d", h, 0.3),
        zoo.cell("b", Gru.cell(), h, h))), 2));
    return makers;
  }

  private static RunnableLayer cell(LayerZoo zoo, String name, Cell cell, int inputs, int hidden) {
    boolean tied = cell.shapes().output().name().equals("F");
    return zoo.cell(name, cell, inputs, tied ? inputs : hidden);
  }

  static List<Arguments> problems() {
    var problems = new ArrayList<Arguments>();
    makers().forEach((name, maker) -> SIZES.forEach(
        sizes -> problems.add(Arguments.of(Named.of(name, maker), Named.of("" + sizes, sizes)))));
    return problems;
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsAgreeDownToOneOfEverything(Maker maker, Sizes sizes) {
    var built = LayerZoo.build(zoo -> maker.make(zoo, sizes.inputs(), sizes.hidden()));
    var problem = new Problem(built, sizes);
    var run = problem.run();
    int rows = sizes.time() * sizes.lengths().length;
    for (int pass = 0; pass < 2; pass++) { // the second one in memory that the first has used
      problem.loss(run);
      Arrays.fill(built.parameters().gradients(), 0f);
      run.backwardLast(problem.m, problem.span);
      var dx = read(run.backward(problem.k, problem.span), rows);
      var gradients = built.parameters().gradients().clone();
      for (int i = 0; i < gradients.length; i++) {
        problem.assertAgree("parameter " + i, problem.slope(built.parameters().values(), i),
            gradients[i]);
      }
      for (int i = 0; i < dx.length; i++) {
        problem.assertAgree("x " + i, problem.slope(problem.x.array(), i), dx[i]);
      }
    }
  }

  /// The gradient that comes only from the last outputs, also where the backward pass goes step by
  /// step.
  @ParameterizedTest
  @MethodSource("problems")
  void theGradientOfTheLastOutputAloneComesBackInOneAndInSteps(Maker maker, Sizes sizes) {
    var built = LayerZoo.build(zoo -> maker.make(zoo, sizes.inputs(), sizes.hidden()));
    var problem = new Problem(built, sizes);
    var zeros = Rows.allocate(sizes.time() * sizes.lengths().length, built.layer().outputSize());
    var run = problem.run();
    run.forward(problem.x, problem.span);
    run.last(problem.span);
    run.backwardLast(problem.m, problem.span);
    run.backward(zeros, problem.span);
    var gradients = built.parameters().gradients().clone();
    float sum = 0;
    for (float g : gradients) {
      sum += Math.abs(g);
    }
    assertThat(sum).isPositive();
    if (!built.layer().isDivisible() || built.layer() instanceof Recomputed) {
      return;
    }
    Arrays.fill(built.parameters().gradients(), 0f);
    var steps = problem.run();
    for (int t = 0; t < sizes.time(); t++) {
      steps.forwardStep(problem.x, t, problem.span);
    }
    steps.last(problem.span);
    steps.backwardLast(problem.m, problem.span);
    for (int t = sizes.time() - 1; t >= 0; t--) {
      steps.backwardStep(zeros, t, problem.span);
    }
    steps.gradients(problem.span);
    assertThat(built.parameters().gradients()).containsExactly(gradients);
  }

  /// A gradient that was given and not used is not part of the next pass.
  @Test
  void whatWasGivenForAPassEndsWithIt() {
    makers().forEach((name, maker) -> {
      var built = LayerZoo.build(zoo -> maker.make(zoo, 3, 4));
      var problem = new Problem(built, new Sizes(new int[] {3, 1}, 3, 4));
      var run = problem.run();
      run.forward(problem.x, problem.span);
      run.backward(problem.k, problem.span);
      var expected = built.parameters().gradients().clone();
      Arrays.fill(built.parameters().gradients(), 0f);
      run.forward(problem.x, problem.span);
      run.backwardLast(problem.m, problem.span);
      run.forward(problem.x, problem.span);
      run.backward(problem.k, problem.span);
      assertThat(built.parameters().gradients()).as(name).containsExactly(expected);
    });
  }

  /// A layer with an input, and the coefficients of its loss.
  private final class Problem {
    final Built built;
    final Sizes sizes;
    final Rows x;
    final Rows k;
    final Rows m;
    final Span span;
    private final LayerRun measured;

    Problem(Built built, Sizes sizes) {
      this.built = built;
      this.sizes = sizes;
      int batch = sizes.lengths().length;
      int rows = sizes.time() * batch;
      x = sines(rows, built.layer().inputSize(), 1);
      k = sines(rows, built.layer().outputSize(), 0.5);
      m = sines(batch, built.layer().outputSize(), 0.7);
      var present = Rows.allocate(rows, 1);
      for (int row = 0; row < rows; row++) {
        present.array()[row] = row / batch < sizes.lengths()[row % batch] ? 1 : 0;
      }
      for (int i = 0; i < k.array().length; i++) {
        k.array()[i] *= present.array()[i / k.columns()];
      }
      span = Span.of(sizes.time(), 5).present(sizes.isMasked() ? present : null);
      measured = run();
    }

    LayerRun run() {
      var bounds = Bounds.of(sizes.time(), sizes.lengths().length, true);
      var run = built.layer().run(engine, sizes.isMasked() ? bounds.masked(true) : bounds);
      run.load();
      return run;
    }

    double loss(LayerRun run) {
      run.load();
      run.begin();
      var y = run.forward(x, span);
      double loss = dot(y, k) + run.penalty();
      return loss + dot(run.last(span), m);
    }

    private boolean hasKinks() {
      var equations = built.layer().definition();
      return equations.contains("relu(") || equations.contains("max(");
    }

    double slope(float[] values, int i) {
      double step = hasKinks() ? SHORT_STEP : STEP;
      return (8 * difference(values, i, step) - difference(values, i, 2 * step)) / (12 * step);
    }

    void assertAgree(String what, double expected, double actual) {
      double tolerance = hasKinks() ? ROUGH_TOLERANCE : TOLERANCE;
      assertThat(actual).as("%s of %s", what, built.layer())
          .isCloseTo(expected, within(tolerance * Math.max(1, 4 * Math.abs(expected))));
    }

    private double difference(float[] values, int i, double step) {
      float value = values[i];
      values[i] = (float) (value + step);
      double up = values[i] - value;
      double above = loss(measured);
      values[i] = (float) (value - step);
      double down = value - values[i];
      double below = loss(measured);
      values[i] = value;
      return (above - below) * 2 * step / (up + down);
    }

    private double dot(Rows a, Rows b) {
      double sum = 0;
      for (int i = 0; i < b.array().length; i++) {
        sum += (double) a.array()[a.offset() + i] * b.array()[i];
      }
      return sum;
    }
  }
}
