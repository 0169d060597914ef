package dev.unroll.kernel.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.Stage;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RegistersTest {
  @Test
  void aValueTakesThePlaceOfOneThatNoLoopReadsAnyMore() {
    var registers = new Registers();
    assertThat(registers.take(0, 1, 3)).isZero();
    assertThat(registers.take(0, 2, 4)).as("the first one is still read").isEqualTo(1);
    assertThat(registers.take(0, 3, 6)).as("its last loop is this one").isEqualTo(2);
    assertThat(registers.take(1, 4, 5)).as("of another size").isEqualTo(3);
    assertThat(registers.take(0, 4, 5)).isZero();
    assertThat(registers.take(0, 5, 7)).isEqualTo(1);
    assertThat(registers.sizes()).containsExactly(0, 0, 0, 1);
  }

  @Test
  void aLongStageNeedsFewerThanItHasValues() {
    var plan = Plan.training(Cells.find("lstm-layernorm"));
    var rows = Objects.requireNonNull(plan.gradient()).backward().loop().stream()
        .filter(Stage.Rows.class::isInstance).map(Stage.Rows.class::cast).findFirst().orElseThrow();
    var program = new Program(rows, false);
    var loops = new Loops(program);
    int values = (int) loops.units().stream().flatMap(u -> u.work().stream())
        .filter(w -> w instanceof Work.Store s && s.slot() >= program.slots().size())
        .count();
    assertThat(loops.registerSizes()).hasSizeBetween(1, values * 2 / 3);
  }
}
