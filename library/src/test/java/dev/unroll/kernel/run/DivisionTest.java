package dev.unroll.kernel.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.Parameters;
import org.junit.jupiter.api.Test;

class DivisionTest {

  @Test
  void oneThreadIsAlone() {
    assertThat(division(Lstm.cell(), 64, 16, 256, 1)).isEqualTo("forward alone, backward alone");
  }

  @Test
  void shortStepsAreNotDivided() {
    assertThat(division(Lstm.cell(), 100, 1, 32, 2)).isEqualTo("forward alone, backward alone");
  }

  @Test
  void aSingleSampleIsDividedByUnits() {
    assertThat(division(Lstm.cell(), 128, 1, 512, 2))
        .isEqualTo("forward by units, backward by units");
  }

  @Test
  void fewSamplesAreDividedByUnits() {
    assertThat(division(Lstm.cell(), 64, 4, 512, 2))
        .isEqualTo("forward by units, backward by units");
  }

  @Test
  void manySamplesOfASmallCellAreDivided() {
    assertThat(division(Lstm.cell(), 64, 64, 32, 2))
        .isEqualTo("forward by samples, backward by samples");
  }

  @Test
  void unitsThatNeedSumsAreDividedByStages() {
    assertThat(division(Cells.layerNormLstm(), 64, 2, 512, 2))
        .isEqualTo("forward by stages, backward by stages");
  }

  /// Loops without a product were left to one thread, as only products were counted.
  @Test
  void loopsWithoutAProductAreDividedBySamplesOrElseByUnits() {
    assertThat(division(Cells.minGru(), 512, 32, 512, 2))
        .isEqualTo("forward by samples, backward by samples");
    assertThat(division(Cells.minGru(), 512, 1, 512, 2))
        .isEqualTo("forward by units, backward by units");
    assertThat(division(Cells.minGru(), 512, 3, 512, 2))
        .isEqualTo("forward by units, backward by units");
    assertThat(division(Cells.minGru(), 8, 1, 32, 2)).isEqualTo("forward alone, backward alone");
    var sums = Cell.parse("sums", "h' = 0.5 * h + W x - mean(h)");
    assertThat(division(sums, 512, 1, 512, 2)).isEqualTo("forward alone, backward alone");
    assertThat(division(sums, 512, 9, 512, 2))
        .isEqualTo("forward by samples, backward by samples");
  }

  /// Steps that would be too short to meet in.
  @Test
  void threadsWithWholeHeadsDoNotMeet() {
    assertThat(division(Cells.sLstm(), 128, 1, 128, 2)).isEqualTo("forward alone, backward alone");
    assertThat(division(Cells.sLstm().heads(2), 128, 1, 128, 2))
        .isEqualTo("forward by units, backward by units");
    assertThat(division(Cells.sLstm().heads(2), 128, 1, 128, 3))
        .isEqualTo("forward alone, backward alone");
  }

  private static String division(Cell cell, int time, int batch, int hidden, int size) {
    var plan = Plan.training(cell);
    var sizes = Dimensions.of(7, hidden);
    var parameters = new Parameters();
    plan.parameters()
        .forEach(p -> parameters.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
    parameters.freeze();
    try (var threads = Threads.of(size)) {
      return new Unrolled(plan, sizes, time, batch, parameters.byName(), parameters.values(),
          new Processors(Providers.best(), threads, null)).division();
    }
  }
}
