package dev.unroll.layer.run;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.layer.Attention;
import dev.unroll.layer.LayerZoo;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.LayerZoo.Maker;
import dev.unroll.layer.Merge;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Orders of calls that gave wrong numbers without a word: `carry` before `backward` put the states
/// after the pass where the backward pass reads those before it, and the gradients were off by up
/// to their own size.
class PassOrderTest {
  private static final int T = 5;
  private static final int B = 2;
  private static final int H = 3;
  private static final Span SPAN = Span.of(T, 3);

  private final Engine engine = Engine.of(1);
  private final Rows x = sines(T * B, F, 0);
  private final Rows dy = sines(T * B, H, 0.5);

  @AfterEach
  void close() {
    engine.close();
  }

  private static SequencedMap<String, Maker> makers() {
    var makers = new LinkedHashMap<String, Maker>();
    makers.put("recurrent", zoo -> zoo.cell("l", Lstm.cell(), F, H));
    makers.put("stack", zoo -> new Stack(List.of(zoo.cell("a", Lstm.cell(), F, H),
        zoo.dropout("d", H, 0.2), zoo.cell("b", Gru.cell(), H, H), zoo.dropout("e", H, 0.2))));
    makers.put("residual", zoo -> new Stack(List.of(
        zoo.cell("a", Lstm.cell(), F, H), new Residual(zoo.cell("b", Gru.cell(), H, H)))));
    makers.put("penalty", zoo -> new ActivationPenalty(zoo.cell("l", Gru.cell(), F, H), 0.1, 0.1));
    makers.put("both", zoo -> Bidirectional.of("l",
        name -> zoo.cell(name, Gru.cell(), F, H), Merge.SUM));
    makers.put("recomputed", zoo -> new Recomputed(zoo.cell("l", Lstm.cell(), F, H), 2));
    return makers;
  }

  static List<String> layers() {
    return List.copyOf(makers().keySet());
  }

  private LayerRun run(String name) {
    return loaded(LayerZoo.build(makers().get(name)), true);
  }

  private LayerRun loaded(Built built, boolean training) {
    var run = built.layer().run(engine, Bounds.of(T, B, training));
    run.load();
    return run;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void carryBeforeBackwardIsRefused(String name) {
    assertSpoils(run(name), r -> r.carry(T), "carry");
  }

  @ParameterizedTest
  @MethodSource("layers")
  void beginBeforeBackwardIsRefused(String name) {
    assertSpoils(run(name), LayerRun::begin, "begin");
  }

  @ParameterizedTest
  @MethodSource("layers")
  void loadBeforeBackwardIsRefused(String name) {
    assertSpoils(run(name), LayerRun::load, "load");
  }

  private void assertSpoils(LayerRun run, Consumer<LayerRun> call, String what) {
    run.forward(x, SPAN);
    call.accept(run);
    assertThatThrownBy(() -> run.backward(dy, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("layer .*: " + what + " was called between forward and backward, "
            + "which needs what it overwrites; call it after the backward pass");
    run.forward(x, SPAN); // and all is well again
    run.backward(dy, SPAN);
    call.accept(run);
    run.forward(x, SPAN);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aWayBackNeedsAForwardPassAndIsGoneOnce(String name) {
    var run = run(name);
    assertThatThrownBy(() -> run.backward(dy, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there is no forward pass before backward; go forward first");
    run.forward(x, SPAN);
    run.backward(dy, SPAN);
    assertThatThrownBy(() -> run.backward(dy, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5 of 5 steps have gone forward and 5 back");
    assertThatThrownBy(() -> run.last(SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("last comes after a whole forward pass and before the backward pass");
    assertThatThrownBy(() -> run.backwardLast(dy, SPAN)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void backwardTakesTheSpanOfForward(String name) {
    var run = run(name);
    run.forward(x, SPAN);
    assertThatThrownBy(() -> run.backward(dy, Span.of(T - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backward got another span than forward, 4 steps from step 0 on");
    assertThatThrownBy(() -> run.backward(dy, SPAN.startingAnew(B)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("or other masks");
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aForwardPassNeedsTheParameters(String name) {
    var built = LayerZoo.build(makers().get(name));
    var run = built.layer().run(engine, Bounds.of(T, B, true));
    assertThatThrownBy(() -> run.forward(x, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "has not taken over its parameters; call load() before the first pass");
  }

  @Test
  void stepsComeOneAfterAnother() {
    var run = run("stack");
    run.forwardStep(x, 0, SPAN);
    assertThatThrownBy(() -> run.forwardStep(x, 2, SPAN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "layer a: step 2 of 5 goes forward after 1 steps, of which 0 have gone back; go "
                + "forward from step 0 on, one step after another");
    assertThatThrownBy(() -> run.last(SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 of 5 steps have gone forward");
    run.forward(x, SPAN);
    assertThatThrownBy(() -> run.backwardStep(dy, T - 2, SPAN))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("from the last one");
    run.forward(x, SPAN);
    run.backwardStep(dy, T - 1, SPAN);
    assertThatThrownBy(() -> run.gradients(SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessage("layer b: 4 of 5 steps have not gone back yet; gradients comes after step 0");
    for (int t = T - 2; t >= 0; t--) {
      run.backwardStep(dy, t, SPAN);
    }
    run.gradients(SPAN);
    assertThatThrownBy(() -> run.gradients(SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the gradients of this pass have been added already");
  }

  @Test
  void aSingleStepEndsThePass() {
    var run = run("recurrent");
    run.forward(x, SPAN);
    run.step(x, B);
    assertThatThrownBy(() -> run.backward(dy, SPAN)).isInstanceOf(IllegalStateException.class);
    run.carry(1);
    assertThatThrownBy(() -> run.carry(2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layer l: the states after 2 steps are carried, but the last pass had 1");
  }

  @Test
  void statesThatRecomputationDidNotKeepAreNotCarried() {
    var run = run("recomputed");
    run.forward(x, SPAN);
    run.backward(dy, SPAN);
    assertThatThrownBy(() -> run.carry(3)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the states after 3 steps were not kept; the last pass had 5 steps");
    run.carry(4);
    var all = run("recurrent");
    all.forward(x, SPAN);
    all.backward(dy, SPAN);
    all.carry(4);
    for (int i = 0; i < all.states().size(); i++) {
      assertThat(read(run.states().get(i).rows(), B))
          .containsExactly(read(all.states().get(i).rows(), B));
    }
  }

  @Test
  void aRunThatOnlyInfersHasNoWayBack() {
    var run = loaded(LayerZoo.build(makers().get("recurrent")), false);
    run.forward(x, SPAN);
    assertThatThrownBy(() -> run.backward(dy, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "layer l is not bound for training, so it has no backward pass; bind it for training");
  }

  @Test
  void attentionGoesInOrder() {
    var parameters = new Parameters();
    var attention = new AttentionLayer(
        "a", Attention.ADDITIVE, F, F, 3, parameters, CounterRandom.of(5));
    parameters.freeze();
    attention.initialize();
    var run = attention.run(engine, T, Bounds.of(T, B, true), 1);
    run.load();
    assertThatThrownBy(() -> run.attend(x, SPAN)).isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a: attend after no read; it goes read, attend for each query, backward, finish");
    run.read(x, SPAN);
    assertThatThrownBy(() -> run.backward(x, SPAN)).isInstanceOf(IllegalStateException.class);
    run.attend(x, SPAN);
    assertThatThrownBy(() -> run.finish(SPAN, false)).isInstanceOf(IllegalStateException.class);
    run.backward(x, SPAN);
    run.finish(SPAN, false);
    assertThatThrownBy(() -> run.finish(SPAN, false)).isInstanceOf(IllegalStateException.class);
  }
}
