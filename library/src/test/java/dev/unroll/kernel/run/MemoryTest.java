package dev.unroll.kernel.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Rows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Plan PLAN = Plan.training(Cells.find("lstm"));
  private static final Dimensions SIZES = Dimensions.of(3, 5);
  private static final int TIME = 7;
  private static final int BATCH = 2;

  private static Memory memory(long mostTogether) {
    return new Memory(PLAN.buffers(), Map.of(), SIZES, TIME, BATCH, mostTogether);
  }

  private static List<Buffer> own() {
    return PLAN.buffers().stream().filter(b -> b.span() != Buffer.Span.GIVEN).toList();
  }

  @Test
  void buffersLieInOneArrayOneAfterTheOther() {
    var memory = memory(1_000_000);
    assertThat(memory.isApart()).isFalse();
    int end = 0;
    for (var buffer : own()) {
      int number = memory.number(buffer);
      assertThat(memory.array(number)).isSameAs(memory.array(memory.number(own().getFirst())));
      assertThat(memory.start(number)).as(buffer.name()).isGreaterThanOrEqualTo(end)
          .satisfies(start -> assertThat(start % 16).isZero());
      int rows = switch (buffer.span()) {
        case STEPS, GIVEN -> TIME * BATCH;
        case STATES -> (TIME + 1) * BATCH;
        case SAMPLES, MASK, SUMS -> BATCH;
      };
      end = memory.start(number) + rows * memory.width(buffer);
    }
    assertThat(memory.array(memory.number(own().getFirst())).length).isGreaterThanOrEqualTo(end);
  }

  @Test
  void soMuchThatOneArrayMightFindNoRoomLiesInAnArrayEach() {
    var memory = memory(100);
    assertThat(memory.isApart()).isTrue();
    assertThat(own().stream().map(b -> memory.array(memory.number(b))).distinct())
        .hasSameSizeAs(own());
    assertThat(memory.bytes()).isEqualTo(memory(1_000_000).bytes());
    assertThat(memory.bytes()).isEqualTo((long) Memory.bytes(PLAN, SIZES, TIME, BATCH));
  }

  @Test
  void whatTheCallerGivesStaysInItsOwnArray() {
    var memory = memory(1_000_000);
    var x = new Rows(new float[100], 4, 3);
    memory.attach(PLAN.input(), x);
    var location = memory.locate(new Place(PLAN.input(), 0, 0));
    assertThat(location.array()).isSameAs(x.array());
    assertThat(location.at(1, 1)).isEqualTo(4 + 3 * (BATCH + 1));
  }
}
