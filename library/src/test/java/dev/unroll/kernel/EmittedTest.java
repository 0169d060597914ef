package dev.unroll.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.bytecode.Compiled;
import dev.unroll.kernel.bytecode.Origin;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.Stage;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.run.Elementwise;
import dev.unroll.kernel.run.Memory;
import dev.unroll.kernel.run.Scratch;
import dev.unroll.kernel.run.Tape;
import dev.unroll.kernel.run.Weights;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Emitted stages give the bits of the tape, for any width of vectors and any size.
class EmittedTest {
  private static final int BATCH = 3;

  /// Every operation, sums of sums, and several sizes.
  private static final Cell EVERYTHING = Cell.parse(
      "everything",
      """
      a  = W x + U h
      m  = mean(a) + var(x)
      l  = log(a * a) + sqrt(abs(a)) - m
      e  = exp(-a) / (1 + σ(a))
      p  = σ(V h) * sum(h * e)
      s  = step(a) * sign(m)
      h' = tanh(min(a, e) + max(l, a)) + relu(a) * s + mean(p)
      size p = P
      """);

  static Stream<Cell> cells() {
    return Stream.concat(Stream.of(EVERYTHING), Cells.all().stream().map(Published::cell));
  }

  /// A stage in memory full of numbers, some of which are special.
  private static final class Bound {
    private static final float[] SPECIAL = {
      0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE,
      Float.MAX_VALUE, -100f, 100f, 0x1p-101f};

    private final Plan plan;
    private final Memory memory;
    private final Dimensions sizes;
    private final Weights weights;
    private final Parameters arena = new Parameters();

    Bound(Plan plan, int n, long seed) {
      this.plan = plan;
      var elements = new HashMap<>(Dimensions.of(n + 2, n).elements());
      plan.cell().shapes().namedSizes().forEach(name -> elements.put(name, n + 5));
      sizes = new Dimensions(elements);
      memory = new Memory(plan.buffers(), plan.overlays(), sizes, 1, BATCH, Integer.MAX_VALUE);
      plan.buffers().stream().filter(b -> b.span() == Buffer.Span.GIVEN)
          .forEach(b -> memory.attach(b, Rows.allocate(BATCH, memory.width(b))));
      plan.parameters()
          .forEach(p -> arena.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
      arena.freeze();
      weights = new Weights(plan, arena.byName(), sizes, null);
      var random = new Random(seed);
      fill(arena.values(), random);
      plan.buffers().forEach(b -> fill(memory.array(memory.number(b)), random));
    }

    private static void fill(float[] array, Random random) {
      boolean special = random.nextInt(3) == 0;
      for (int i = 0; i < array.length; i++) {
        array[i] = special && random.nextInt(20) == 0
            ? SPECIAL[random.nextInt(SPECIAL.length)]
            : (random.nextFloat() - 0.5f) * 4;
      }
    }

    Tape tape(Stage.Rows rows) {
      return new Tape(rows, memory, sizes, weights, arena.values(), Providers.scalar());
    }

    Elementwise.Bound emitted(Stage.Rows rows, int lanes) {
      return emitted(rows, lanes, false);
    }

    /// @param apart whether the code expects each buffer in an array of its own
    Elementwise.Bound emitted(Stage.Rows rows, int lanes, boolean apart) {
      var code = Compiled.of(rows, Origin.of(plan.cell(), "test"), lanes, apart).emitted();
      return new Elementwise.Bound(code, memory, sizes, weights, arena.values());
    }

    int[] bits() {
      return plan.buffers().stream().map(b -> memory.array(memory.number(b)))
          .flatMapToInt(a -> IntStream.range(0, a.length).map(i -> Float.floatToIntBits(a[i])))
          .toArray();
    }
  }

  private static List<Stage.Rows> stages(Plan plan) {
    var passes = List.of(plan.forward(), requireNonNull(plan.gradient()).backward());
    return passes.stream()
        .flatMap(p -> Stream.of(p.before(), p.loop(), p.after()).flatMap(List::stream))
        .filter(Stage.Rows.class::isInstance).map(Stage.Rows.class::cast).toList();
  }

  private static void assertSameBits(Plan plan, int lanes, int n) {
    for (var rows : stages(plan)) {
      var expected = new Bound(plan, n, n);
      var actual = new Bound(plan, n, n);
      var tape = expected.tape(rows);
      tape.run(0, 0, BATCH, new Scratch(0));
      actual.emitted(rows, lanes).run(0, 0, BATCH, 0, tape.units(), new Scratch(0));
      assertThat(actual.bits()).as("%s, %d lanes, H = %d, seed %d:\n%s", plan.cell().name(), lanes,
          n, n, rows).isEqualTo(expected.bits());
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void stagesGiveTheBitsOfTheTape(Cell cell) {
    var plan = Plan.training(cell);
    for (int lanes : new int[] {4, 8, 16}) {
      for (int n : new int[] {5, 33}) {
        assertSameBits(plan, lanes, n);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void anySizeGivesTheBitsOfTheTape(int lanes) {
    for (var cell : List.of(EVERYTHING, Cells.find("lstm"))) {
      var plan = Plan.training(cell);
      for (int n = 1; n <= 70; n++) {
        assertSameBits(plan, lanes, n);
      }
      assertSameBits(plan, lanes, 777);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void unitsMayBeDivided(int lanes) {
    var plan = Plan.training(Cells.find("lstm"));
    var divisible = stages(plan).stream().filter(Stage.Rows::isDivisible).toList();
    assertThat(divisible).hasSizeGreaterThanOrEqualTo(2);
    for (var rows : divisible) {
      for (int n : new int[] {17, 40, 64, 101}) {
        var expected = new Bound(plan, n, n);
        var actual = new Bound(plan, n, n);
        var tape = new Bound(plan, n, n);
        expected.tape(rows).run(0, 0, BATCH, new Scratch(0));
        for (int from = 0; from < n; from += 16) {
          int to = Math.min(from + 16, n);
          actual.emitted(rows, lanes).run(0, 0, BATCH, from, to, new Scratch(0));
          tape.tape(rows).runUnits(0, BATCH, from, to, new Scratch(0));
        }
        assertThat(actual.bits()).as("%d lanes, H = %d", lanes, n).isEqualTo(expected.bits());
        assertThat(tape.bits()).as("tape, H = %d", n).isEqualTo(expected.bits());
      }
    }
  }

  /// 150 equations, each with a function and a sum: the bodies must be cut, values and numbers
  /// cross from method to method.
  @Test
  void aStageOfAnyLengthIsEmitted() {
    var text = new StringBuilder("a0 = W x + U h\n");
    var sum = new ArrayList<String>();
    for (int i = 1; i <= 150; i++) {
      var before = "a" + (i - 1);
      text.append("a%d = tanh(%s * b + %s) - exp(-abs(a%d))\n".formatted(i, before,
          i % 10 == 0 ? "mean(" + before + ")" : "a0", i / 2));
      sum.add("a" + i);
    }
    text.append("h' = tanh(" + String.join(" + ", sum.subList(100, 150)) + ")\n");
    var plan = Plan.training(Cell.parse("long", text.toString()));
    assertSameBits(plan, 8, 21);
    assertSameBits(plan, 4, 16);
  }

  /// As where there is so much memory that it is not made in one piece.
  @ParameterizedTest
  @MethodSource("cells")
  void buffersMayHaveArraysOfTheirOwn(Cell cell) {
    var plan = Plan.training(cell);
    for (var rows : stages(plan)) {
      var expected = new Bound(plan, 37, 37);
      var actual = new Bound(plan, 37, 37);
      var tape = expected.tape(rows);
      tape.run(0, 0, BATCH, new Scratch(0));
      actual.emitted(rows, 8, true).run(0, 0, BATCH, 0, tape.units(), new Scratch(0));
      assertThat(actual.bits()).as("%s:\n%s", cell.name(), rows).isEqualTo(expected.bits());
    }
  }

  @Test
  void aNewShapeUsesTheSameClass() {
    var rows = stages(Plan.training(Cells.find("gru"))).getFirst();
    var again = stages(Plan.training(Cells.find("gru"))).getFirst();
    var origin = Origin.of(Cells.find("gru"), "forward");
    var code = Compiled.of(rows, origin, 8, false);
    assertThat(Compiled.of(again, origin, 8, false)).isSameAs(code);
    assertThat(code.emitted()).isSameAs(Compiled.of(again, origin, 8, false).emitted());
    assertThat(Compiled.of(rows, origin, 4, false)).isNotSameAs(code);
  }

  @Test
  void theStackTraceNamesTheEquation() {
    var plan = Plan.training(Cells.find("lstm"));
    var rows = stages(plan).stream().filter(r -> r.instructions().size() > 20).findFirst()
        .orElseThrow();
    var bound = new Bound(plan, 32, 1);
    var arriving = requireNonNull(plan.gradient()).arriving();
    bound.memory.attach(bound.memory.number(arriving), new Rows(new float[40], 0, 32));
    var emitted = bound.emitted(rows, 8);
    assertThatThrownBy(() -> emitted.run(0, 0, BATCH, 0, 32, new Scratch(0)))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasStackTraceContaining("at dev.unroll.emitted.lstm.test(h' = o * tanh(c'):6)");
  }
}
