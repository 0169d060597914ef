package dev.unroll.kernel.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmitterTest {
  private static Stage.Rows loop(Cell cell) {
    return Plan.inference(cell).forward().loop().stream()
        .filter(Stage.Rows.class::isInstance).map(Stage.Rows.class::cast).toList().getLast();
  }

  private static List<MethodModel> methods(Cell cell, int lanes) {
    var bytes = new Emitter(loop(cell), Origin.of(cell, "forward"), lanes, false).bytes();
    return ClassFile.of().parse(bytes).methods();
  }

  private static int bytes(MethodModel method) {
    return method.findAttribute(Attributes.code()).orElseThrow().codeLength();
  }

  /// HotSpot leaves longer methods to the interpreter for ever.
  @Test
  void noMethodIsLongerThanHotSpotCompiles() {
    var equations = IntStream.range(1, 300)
        .mapToObj(i -> "a%d = log(a%d) * tanh(exp(a%d) + b%d)\n".formatted(i, i - 1, i / 2, i))
        .collect(Collectors.joining());
    var cell = Cell.parse("long", "a0 = W x + U h\n" + equations + "h' = a299\n");
    for (int lanes : new int[] {4, 8, 16}) {
      assertThat(methods(cell, lanes)).hasSizeGreaterThan(30)
          .allSatisfy(method -> assertThat(bytes(method)).isLessThan(8000));
    }
  }

  @Test
  void aShortStageIsOneMethodAndALongOneSeveral() {
    assertThat(methods(Cells.find("rnn"), 8)).extracting(m -> m.methodName().stringValue())
        .containsExactly("<init>", "run", "forward");
    assertThat(methods(Cells.find("lstm"), 8)).extracting(m -> m.methodName().stringValue())
        .containsExactly("<init>", "run", "forward_1", "forward_2");
  }

  @Test
  void theListingShowsInstructionsUnderTheirEquations() {
    var cell = Cells.find("lstm");
    var origin = Origin.of(cell, "forward");
    var listing = Listing.of(new Emitter(loop(cell), origin, 8, false).bytes(), origin);
    assertThat(listing).startsWith("class dev.unroll.emitted.lstm  ")
        .contains("    // c' = f * c + i * g\n", "invokevirtual FloatVector.fma(Vector,Vector)",
            "getstatic FloatVector.SPECIES_256");
    assertThat(listing.indexOf("// f = ")).isLessThan(listing.indexOf("// c' = "));
  }

  @Test
  void aValueThatIsNotThereYetIsRefused() {
    var register = new Slot.Register(0, Size.HIDDEN);
    var rows = new Stage.Rows(List.of(new Instruction.Apply(Function.ABS, register,
        new Slot.Register(1, Size.HIDDEN))));
    assertThatThrownBy(() -> new Emitter(rows, new Origin("cell", "forward", List.of()), 8, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("r0 is read before it is written");
  }
}
