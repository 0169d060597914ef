package dev.unroll.kernel.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.Test;

/// How often the backward pass may be gone, and what memory that takes.
class BackwardPassTest {
  private static final int TIME = 5;
  private static final int BATCH = 3;
  private static final int HIDDEN = 32;

  private static Unrolled unrolled(Plan plan, int hidden) {
    var sizes = Dimensions.of(7, hidden);
    var parameters = new Parameters();
    plan.parameters()
        .forEach(p -> parameters.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
    parameters.freeze();
    fillWithWave(parameters.values(), 0.3f);
    var unrolled = new Unrolled(plan, sizes, TIME, BATCH, parameters.byName(), parameters.values(),
        new Processors(Providers.best(), Threads.of(1), null));
    unrolled.load(parameters.values());
    return unrolled;
  }

  private static Rows wave(int columns) {
    var array = new float[TIME * BATCH * columns];
    fillWithWave(array, 1);
    return new Rows(array, 0, columns);
  }

  private static void fillWithWave(float[] array, float height) {
    for (int i = 0; i < array.length; i++) {
      array[i] = height * (float) Math.sin(i);
    }
  }

  private static float[] gradient(Unrolled unrolled) {
    var gradients = new float[10_000];
    unrolled.backward(wave(HIDDEN), TIME, gradients);
    return gradients;
  }

  @Test
  void eachWayBackNeedsAForwardPass() {
    var unrolled = unrolled(Plan.training(Cells.find("lstm")), HIDDEN);
    unrolled.forward(wave(7), TIME);
    var first = gradient(unrolled);
    assertThatIllegalStateException().isThrownBy(() -> gradient(unrolled))
        .withMessage("Step 4 has been gone back already, which overwrites what forward kept of it; "
            + "go forward first, or use Plan.repeatable");
    unrolled.forward(wave(7), TIME);
    assertThat(gradient(unrolled)).containsExactly(first);
  }

  @Test
  void stepsAreGoneBackOnceEach() {
    var unrolled = unrolled(Plan.training(Cells.find("gru")), HIDDEN);
    unrolled.forward(wave(7), TIME);
    for (int t = TIME - 1; t > 0; t--) {
      unrolled.backwardStep(wave(HIDDEN), t);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> unrolled.backwardStep(wave(HIDDEN), 1)).withMessageContaining("Step 1 ");
    unrolled.backwardStep(wave(HIDDEN), 0);
  }

  @Test
  void aRepeatablePlanGivesTheSameAgain() {
    var unrolled = unrolled(Plan.repeatable(Cells.find("lstm-layernorm")), HIDDEN);
    unrolled.forward(wave(7), TIME);
    var first = gradient(unrolled);
    assertThat(gradient(unrolled)).containsExactly(first);
  }

  /// Gates lie where their products were, and the gradients of the products where the gates were:
  /// of the 18 vectors for each step, sample and unit that an LSTM keeps, 8 have no memory of their
  /// own.
  @Test
  void gatesTakeTheMemoryOfTheirProducts() {
    var plan = Plan.training(Cells.find("lstm"));
    long saved = unrolled(Plan.repeatable(Cells.find("lstm")), HIDDEN).bytes()
        - unrolled(plan, HIDDEN).bytes();
    assertThat(saved).isEqualTo(4L * TIME * BATCH * HIDDEN * 8);
    assertThat(Unrolled.bytes(plan, Dimensions.of(7, HIDDEN), TIME, BATCH))
        .isEqualTo((double) unrolled(plan, HIDDEN).bytes());
  }

  /// In short rows that end within a vector, keeping what is overwritten would cost more than it
  /// gives.
  @Test
  void shortRowsThatEndWithinAVectorLieAlone() {
    assertThat(unrolled(Plan.training(Cells.find("lstm")), 37).bytes())
        .isEqualTo(unrolled(Plan.repeatable(Cells.find("lstm")), 37).bytes());
    assertThat(unrolled(Plan.training(Cells.find("lstm")), 259).bytes())
        .isLessThan(unrolled(Plan.repeatable(Cells.find("lstm")), 259).bytes());
  }
}
