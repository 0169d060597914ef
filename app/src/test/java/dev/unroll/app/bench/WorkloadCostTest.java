package dev.unroll.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.app.bench.Workload.Mode;
import dev.unroll.app.bench.Workload.Shape;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadCostTest {
  private static final int T = 3;
  private static final int B = 2;
  private static final int F = 4;
  private static final int H = 6;

  /// The multiply-adds of a step and sample, counted by hand from the equations; P is H / 2.
  @ParameterizedTest
  @CsvSource({
    "lstm,           240", // 4·H·(F + H)
    "lstm-layernorm, 240",
    "gru,            180", // 3·H·(F + H)
    "rnn,             60", // H·(F + H)
    "indrnn,          24", // H·F
    "lstm-projected, 186", // 4·H·(F + P) + P·H
  })
  void flopsAreThoseOfTheMatrixProducts(String cell, int multiplyAdds) {
    assertThat(cost(cell, Mode.INFER, B, T).flops()).isEqualTo(2.0 * T * B * multiplyAdds);
    assertThat(cost(cell, Mode.TRAIN, B, T).flops()).isEqualTo(6.0 * T * B * multiplyAdds);
    assertThat(cost(cell, Mode.STEP, 1, 1).flops()).isEqualTo(2.0 * multiplyAdds);
    assertThat(cost(cell, Mode.TRAIN, B, T).products().stream()
        .mapToDouble(WorkloadCost.Products::flops).sum())
        .as("the products of the plan").isEqualTo(6.0 * T * B * multiplyAdds);
  }

  /// `Wr [x; h]` is planned as two products, whose names no parameter has.
  @Test
  void listsOfVectorsCostWhatTheirProductsDo() {
    var lists = cost(Cell.parse("lists", """
        r  = σ(Wr [x; h] + br)
        z  = σ(Wz [x; h] + bz)
        n  = tanh(Wn [x; r * h] + bn)
        h' = (1 - z) * n + z * h
        """), Mode.TRAIN, B, T);
    assertThat(lists.flops()).isEqualTo(6.0 * T * B * 180);
    assertThat(lists.weights()).isEqualTo(4 * 180);
    assertThat(lists.products().stream().mapToDouble(WorkloadCost.Products::flops).sum())
        .isEqualTo(lists.flops());
  }

  /// 4·H·F + 4·H·H / 3
  @Test
  void matricesWithHeadsCostTheirBlocks() {
    var heads = cost(Cells.sLstm().heads(3), Mode.TRAIN, B, T);
    assertThat(heads.flops()).isEqualTo(6.0 * T * B * (96 + 48));
    assertThat(heads.weights()).isEqualTo(4 * (96 + 48));
    assertThat(heads.products().stream().mapToDouble(WorkloadCost.Products::flops).sum())
        .isEqualTo(heads.flops());
  }

  @Test
  void aStepReadsAllWeightsOnce() {
    var cost = cost("lstm", Mode.STEP, 1, 1);
    assertThat(cost.weights()).isEqualTo(4 * 240);
    // 1 byte a nanosecond, and arithmetic for nothing
    var bound = cost.bound(1e30, bytes -> bytes == 4 * 240 ? 1e9 : Double.NaN);
    assertThat(bound.isReading()).isTrue();
    assertThat(bound.workingSet()).isEqualTo(4 * 240);
    assertThat(bound.seconds()).isCloseTo(4 * 240 * 1e-9, withPercentage(1e-6));
  }

  @Test
  void aLoopReadsItsOwnWeightsInEachStep() {
    // W x is one product before the loop, U h one in each step: 4·H·H floats.
    long loop = 4L * 4 * H * H;
    var bound = cost("lstm", Mode.INFER, 1, 100)
        .bound(1e30, bytes -> bytes == loop ? 1e9 : 1e30);
    assertThat(bound.workingSet()).isEqualTo(loop);
    assertThat(bound.seconds()).isCloseTo(100 * loop * 1e-9, withPercentage(1e-6));
  }

  @Test
  void manySamplesAreBoundByArithmetic() {
    var cost = cost("gru", Mode.TRAIN, 64, T);
    var bound = cost.bound(1e9, _ -> 1e9);
    assertThat(bound.isReading()).isFalse();
    assertThat(bound.seconds()).isCloseTo(cost.flops() * 1e-9, withPercentage(1e-6));
  }

  private static WorkloadCost cost(String cell, Mode mode, int batch, int time) {
    return cost(Cells.find(cell), mode, batch, time);
  }

  private static WorkloadCost cost(Cell cell, Mode mode, int batch, int time) {
    return WorkloadCost.of(Workload.of(cell, mode, new Shape(batch, time, F, H, 1), false));
  }
}
