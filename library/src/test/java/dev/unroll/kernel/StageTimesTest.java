package dev.unroll.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageTimesTest {
  private static final int TIME = 3;
  private static final int BATCH = 6;
  private static final int INPUT = 5;
  private static final int HIDDEN = 32;
  private static final int GATES = 4;

  private final Parameters parameters = new Parameters();
  private final float[] gradients;
  private final Plan plan = Plan.training(Cells.find("lstm"));
  private final Dimensions sizes = Dimensions.of(INPUT, HIDDEN);

  StageTimesTest() {
    plan.parameters()
        .forEach(p -> parameters.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
    parameters.freeze();
    for (int i = 0; i < parameters.values().length; i++) {
      parameters.values()[i] = (float) Math.sin(i + 1.0) / 4;
    }
    gradients = new float[parameters.values().length];
  }

  private Unrolled run(Engine engine) {
    var unrolled = new Unrolled(plan, sizes, TIME, BATCH, parameters.byName(), parameters.values(),
        engine.processors());
    unrolled.load(parameters.values());
    var x = Rows.allocate(TIME * BATCH, INPUT);
    Arrays.fill(x.array(), 0.5f);
    var dy = Rows.allocate(TIME * BATCH, HIDDEN);
    Arrays.fill(dy.array(), 1f);
    Arrays.fill(gradients, 0);
    unrolled.forward(x, TIME);
    unrolled.backward(dy, TIME, gradients);
    return unrolled;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void eachStageIsTimedAndTheNumbersAreTheSame(int threads) {
    try (var engine = Engine.of(threads)) {
      run(engine);
      var expected = gradients.clone();
      var times = new StageTimes();
      run(engine.timed(times));
      assertThat(gradients).isEqualTo(expected);
      assertThat(times.entries()).extracting(StageTimes.Entry::phase).containsExactly("weights",
          "forward, before the loop", "forward, each step", "forward, each step",
          "backward, each step", "backward, each step", "backward, each step",
          "backward, after the loop", "gradients");
      assertThat(times.entries()).allSatisfy(e -> {
        assertThat(e.cell()).isEqualTo("lstm");
        assertThat(e.seconds()).isPositive();
      });
      assertThat(work(times, "= x ·")).isEqualTo(TIME * BATCH * GATES * HIDDEN * INPUT);
      assertThat(work(times, "+= state.h ·")).isEqualTo(TIME * BATCH * GATES * HIDDEN * HIDDEN);
      assertThat(work(times, "state.c', v(31), state.h'")).isZero();
    }
  }

  @Test
  void aSingleStepHasStagesOfItsOwn() {
    try (var engine = Engine.of(1)) {
      var times = new StageTimes();
      var unrolled = run(engine.timed(times));
      times.reset();
      assertThat(times.entries()).isEmpty();
      unrolled.step(Rows.allocate(2, INPUT), 2);
      assertThat(times.entries()).extracting(StageTimes.Entry::phase)
          .isEqualTo(List.of("single step", "single step"));
      assertThat(work(times, "in turns with"))
          .isEqualTo(2 * GATES * HIDDEN * (INPUT + HIDDEN));
    }
  }

  private static double work(StageTimes times, String part) {
    return times.entries().stream().filter(e -> e.stage().contains(part))
        .mapToDouble(StageTimes.Entry::multiplyAdds).sum();
  }
}
