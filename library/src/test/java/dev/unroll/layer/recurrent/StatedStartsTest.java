package dev.unroll.layer.recurrent;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.assertClose;
import static dev.unroll.layer.Numbers.assertSame;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.layer.Layer;
import dev.unroll.layer.LayerZoo;
import dev.unroll.layer.Merge;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.tensor.Rows;
import dev.unroll.train.Trainer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// States start from what the cell says, `start m = -1e38` or `start h = h0`, wherever a sequence
/// begins.
class StatedStartsTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int H = 6;

  /// What is left of m after a step tells whether it began at −1e38; h begins at a parameter.
  private static final Cell CELL = Cell.parse("starts", """
      a  = Wa x + Ua h
      m' = max(a, m + 0.25)
      h' = 0.5 * tanh(m' - V x) + 0.5 * h
      start m = -1e38
      start h = h0
      init h0 = uniform(-1, 1)
      """);

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aLineSaysFromWhatAStateStarts() {
    assertThat(CELL.toString()).contains("start m = -1e38\nstart h = h0\ninit h0 = ");
    assertThat(Cell.parse("starts", CELL.toString())).isEqualTo(CELL);
    assertThat(CELL.shapes().vectors()).containsOnlyKeys("h0");
    assertThat(CELL.remarks()).isEmpty();
    assertThat(CELL.latex()).contains("m_0 &= -10^{38} \\\\\n");
    // A word that begins a line may still be a name.
    assertThat(Cell.parse("start = W x\nh' = tanh(start + h)\nstart h = 2").starts())
        .containsOnlyKeys("h");
  }

  @Test
  void theRewritesSpeakOfThem() {
    assertThat(Restart.of(CELL, false).toString())
        .contains("m_from = stepnumber(keep) * m + (1 - stepnumber(keep)) * -1e38\n")
        .contains("h_from = stepnumber(keep) * h + (1 - stepnumber(keep)) * h0\n");
    assertThat(Restart.of(Cell.parse("c' = tanh(W x + c + h)\nh' = c'\nstart c = 1"), true))
        .hasToString("""
            c_from = stepnumber(keep) * c + (1 - stepnumber(keep)) * 1
            h_from = stepnumber(keep) * h + (1 - stepnumber(keep)) * h0
            c'     = tanh(W x + c_from + h_from)
            h'     = c'
            start c = 1
            init h0 = 0
            """);
    assertThat(Lengths.of(Restart.of(CELL, false)).toString())
        .contains("(1 - stepnumber(present)) * m_from");
  }

  private LayerRun loaded(Layer layer, Bounds bounds) {
    var run = RunnableLayer.of(layer).run(engine, bounds);
    run.load();
    return run;
  }

  /// A layer, and what it puts out for x from its starts, by hand.
  private record Started(Recurrent layer, Rows x, float[] y) {}

  private Started started() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", CELL, F, H));
    var layer = (Recurrent) built.layer();
    var x = sines(T * B, F, 0);
    var plain = LayerZoo.build(zoo -> zoo.cell("l", new Cell("plain", CELL.equations()), F, H));
    var bare = (Recurrent) plain.layer();
    for (var name : List.of("Wa", "Ua", "V")) {
      bare.set(name, layer.get(name));
    }
    var run = loaded(bare, Bounds.of(T, B, false));
    Arrays.fill(run.state("m").rows().array(), run.state("m").rows().offset(),
        run.state("m").rows().offset() + B * H, -1e38f);
    var h = run.state("h").rows();
    for (int i = 0; i < B * H; i++) {
      h.array()[h.offset() + i] = layer.get("h0").at(i % H, 0);
    }
    return new Started(layer, x, read(run.forward(x, Span.of(T)), T * B));
  }

  @Test
  void aSequenceBeginsThere() {
    var it = started();
    var run = loaded(it.layer(), Bounds.of(T, B, false));
    assertSame("a new run", it.y(), read(run.forward(it.x(), Span.of(T)), T * B));
    run.carry(T);
    assertThat(read(run.forward(it.x(), Span.of(T)), T * B)).isNotEqualTo(it.y());
    run.begin();
    assertSame("begun again", it.y(), read(run.forward(it.x(), Span.of(T)), T * B));
    run.load();
    var reset = loaded(it.layer(), Bounds.of(T, B, false).restarts(true));
    reset.states().forEach(s -> Arrays.fill(s.rows().array(), s.rows().offset(),
        s.rows().offset() + B * H, 9f));
    assertSame("reset", it.y(),
        read(reset.forward(it.x(), Span.of(T).startingAnew(B)), T * B));
  }

  /// Sample 1 starts anew before step 2: from there on it is as if it began.
  @Test
  void aSampleThatStartsAnewBeginsThere() {
    var it = started();
    var keep = Rows.allocate(T * B, 1);
    Arrays.fill(keep.array(), 1f);
    keep.array()[2 * B + 1] = 0;
    var run = loaded(it.layer(), Bounds.of(T, B, false).restarts(true));
    var y = read(run.forward(it.x(), Span.of(T).keep(keep)), T * B);
    var later = new Rows(it.x().array(), it.x().offset() + 2 * B * F, F);
    var fresh = read(loaded(it.layer(), Bounds.of(T, B, false))
        .forward(later, Span.of(T - 2)), (T - 2) * B);
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        var expected = b == 1 && t >= 2 ? Arrays.copyOfRange(fresh, ((t - 2) * B + b) * H,
            ((t - 2) * B + b + 1) * H)
            : Arrays.copyOfRange(it.y(), (t * B + b) * H,
                (t * B + b + 1) * H);
        assertSame("step %d of sample %d".formatted(t, b), expected,
            Arrays.copyOfRange(y, (t * B + b) * H, (t * B + b + 1) * H));
      }
    }
  }

  /// Padding in front, as in reversed time, leaves the starts as they are.
  @Test
  void paddingInFrontLeavesThemAlone() {
    var it = started();
    var x = Rows.allocate((T + 2) * B, F);
    System.arraycopy(it.x().array(), it.x().offset(), x.array(), 2 * B * F, T * B * F);
    var present = Rows.allocate((T + 2) * B, 1);
    Arrays.fill(present.array(), 2 * B, (T + 2) * B, 1f);
    var bounds = Bounds.of(T + 2, B, false).masked(true);
    for (var its : List.of(bounds, bounds.restarts(true))) {
      var span = Span.of(T + 2).present(present);
      var y = read(loaded(it.layer(), its)
          .forward(x, its.restarts() ? span.keep(span.startingAnew(B).keep()) : span), (T + 2) * B);
      assertSame("behind padding", it.y(), Arrays.copyOfRange(y, 2 * B * H, y.length));
    }
  }

  @Test
  void keysBeginThere() {
    var it = started();
    var stepper = new Stepper(it.layer(), engine);
    var states = new KeyedStates<Integer>(stepper.layout());
    var y = new float[B * H];
    for (int t = 0; t < T; t++) {
      stepper.step(states, List.of(0, 1, 2),
          Arrays.copyOfRange(it.x().array(), t * B * F, (t + 1) * B * F), y);
      assertSame("step " + t, Arrays.copyOfRange(it.y(), t * B * H, (t + 1) * B * H), y);
    }
    stepper.step(states, List.of(7), Arrays.copyOf(it.x().array(), F), y);
    assertSame("a key that comes later", Arrays.copyOf(it.y(), H), Arrays.copyOf(y, H));
  }

  @Test
  void theGradientReachesTheParameter() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", CELL, F, H));
    var layer = (Recurrent) built.layer();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, H, 0.5);
    var run = loaded(layer, Bounds.of(T, B, true));
    run.forward(x, Span.of(T));
    run.backward(dy, Span.of(T));
    var expected = new float[H];
    var dh = run.stateGradients().stream().filter(s -> s.name().equals("l.h")).findFirst()
        .orElseThrow().rows();
    for (int i = 0; i < B * H; i++) {
      expected[i % H] += dh.array()[dh.offset() + i];
    }
    Arrays.fill(built.parameters().gradients(), 0f);
    for (var whole : List.of(true, false)) {
      var reset = loaded(whole ? layer : new Recomputed(layer, 2),
          Bounds.of(T, B, true).restarts(true));
      Arrays.fill(built.parameters().gradients(), 0f);
      reset.forward(x, Span.of(T).startingAnew(B));
      reset.backward(dy, Span.of(T).startingAnew(B));
      assertClose("gradient of h0", expected, read(new Rows(built.parameters().gradients(),
          built.parameters().byName().get("l.h0").offset(), 1), H));
    }
  }

  /// A stream begins at the starts and goes on from there; both directions of a layer have them.
  @Test
  void modelsTrainThem() {
    var body = RecurrentStack.of(CELL, H).layers(2);
    assertThat(body.startsLearned()).isTrue();
    assertThat(body.hasLearnedStart()).isFalse();
    var text = "abcabbacab".repeat(40);
    var model = LanguageModel.of(text, body);
    var before = model.parameters().byName().get("layer1.h0");
    var values = Arrays.copyOfRange(model.parameters().values(), before.offset(),
        before.offset() + H);
    Trainer.of(model).epochs(1).batch(2).time(7).fit(text);
    assertThat(Arrays.copyOfRange(model.parameters().values(), before.offset(),
        before.offset() + H)).isNotEqualTo(values);
    var both = RecurrentStack.of(CELL, H).bidirectional(Merge.SUM);
    assertThat(both.startsLearned()).isTrue();
  }

  /// The vector of a decoder starts the other states; and a cell that learns its starts cannot be
  /// started from a vector.
  @Test
  void decodersLeaveThemAlone() {
    var symbols = Inputs.symbols(5, 2);
    var encoder = RecurrentStack.of(Lstm.cell(), 3);
    assertThatThrownBy(() -> EncoderDecoder.of(symbols, encoder, RecurrentStack.of(CELL, 4),
        Outputs.symbols(4)).initialized()).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("either learned or come from what it writes from");
    var counted = Cells.find("lstm").start("c", new Expr.Constant(1));
    var model = EncoderDecoder.of(symbols, encoder, RecurrentStack.of(counted, 4),
        Outputs.symbols(4)).initialized();
    assertThat(model.parameters().byName().get("decoder.initial.V").rows()).isEqualTo(4);
  }
}
