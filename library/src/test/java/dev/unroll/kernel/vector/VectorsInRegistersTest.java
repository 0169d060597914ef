package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.AdamStep;
import dev.unroll.kernel.OtherJvm;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vectors stay in registers, whatever C2 knows of how the code ran before.
///
/// One start in four was slow for its whole life: C2 had compiled a loop before its profile said of
/// which class the running sums are, asked the profile of the Vector API's own methods instead,
/// which had seen several widths, and made objects of the sums. Here no code has a profile of
/// classes of its own, and the Vector API has seen all widths.
@Tag("alone")
class VectorsInRegistersTest {

  @ParameterizedTest
  @ValueSource(strings = {"two", "all"})
  void noVectorBecomesAnObjectWithoutProfiles(String widths)
      throws IOException, InterruptedException {
    var output = OtherJvm.run(WithoutProfiles.class, OtherJvm.MODULE, "-Dunroll.warmup=off",
        "-XX:TypeProfileLevel=0", "-XX:-UseTypeSpeculation", "-XX:+UseSerialGC",
        "-Dwidths=" + widths);
    assertThat(output).contains("sum:").doesNotContain("objects");
  }

  /// Prints for each kernel whether a call of it comes to allocate nothing.
  static final class WithoutProfiles {
    private static final ThreadMXBean JVM = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 400;
    private static final int CALLS = 400;

    /// Less than a small object for ten calls, as asking costs some bytes itself.
    private static final long ENOUGH = 2 * CALLS;

    private WithoutProfiles() {}

    public static void main(String[] args) {
      var widths = Stream.of(FloatVector.SPECIES_64, FloatVector.SPECIES_128,
          FloatVector.SPECIES_256, FloatVector.SPECIES_512)
          .filter(s -> s.length() <= FloatVector.SPECIES_PREFERRED.length()).toList();
      show(System.getProperty("widths").equals("two")
          ? List.of(widths.getLast(), widths.get(widths.size() - 2))
          : widths);
      kernels().forEach((name, work) -> {
        long least = Long.MAX_VALUE;
        int round = 0;
        for (; round < ROUNDS && least > ENOUGH; round++) {
          long before = JVM.getCurrentThreadAllocatedBytes();
          for (int call = 0; call < CALLS; call++) {
            work.run();
          }
          least = Math.min(least, JVM.getCurrentThreadAllocatedBytes() - before);
        }
        System.out.printf("%s: %s, after %d rounds %d bytes a call%n", name,
            least <= ENOUGH ? "well" : "makes objects", round, least / CALLS);
      });
    }

    /// Shows the Vector API vectors of several widths, so that the profiles of its methods have
    /// them.
    private static void show(List<VectorSpecies<Float>> widths) {
      var array = new float[64];
      var y = new float[64];
      for (int i = 0; i < 3_000; i++) {
        for (var species : widths) {
          var a = FloatVector.fromArray(species, array, 0);
          var b = a.add(a).mul(a).sub(a).fma(a, a).min(a).max(a).div(a);
          var c = b.neg().abs().sqrt().blend(a, a.compare(VectorOperators.LT, b));
          var d = c.reinterpretAsInts().add(1).and(3).or(1).reinterpretAsFloats();
          d.add(c).intoArray(y, 0);
          FloatVector.zero(species).add(a.lane(0)).intoArray(y, 1);
          y[3] += a.reduceLanes(VectorOperators.ADD);
        }
      }
    }

    private static Map<String, Runnable> kernels() {
      var work = new LinkedHashMap<String, Runnable>();
      var kernels = Providers.best();
      int depth = 40;
      int most = 8 * 32 + 5;
      var a = numbers(200 * most);
      var b = numbers(200 * most);
      var c = new float[64 * most];
      var workspace = new Workspace();
      var panels = kernels.panels(depth, most);
      kernels.pack(b, 0, most, 1, panels);
      work.put("pack columns", () -> kernels.pack(b, 0, most, 1, panels));
      work.put("pack rows", () -> kernels.pack(b, 0, 1, depth, panels));
      for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 24}) {
        work.put("product of %d rows".formatted(rows), () -> {
          kernels.multiply(a, 0, depth, rows, panels, 0, most, c, 0, most, false);
          kernels.multiply(a, 0, depth, rows, panels, 0, most, c, 0, most, true);
        });
      }
      var narrow = kernels.panels(depth, 69);
      kernels.pack(b, 0, 69, 1, narrow);
      work.put("narrow product", () -> {
        kernels.multiply(a, 0, depth, 24, narrow, 0, 69, c, 0, most, false);
        kernels.multiply(a, 0, depth, 24, narrow, 0, 69, c, 0, most, true);
      });
      var factor = List.of(RightFactor.of(b, 0, 69, 69, c, 0, 69));
      work.put("outer product", () -> kernels.accumulateOuter(a, 0, 53, 41, 0, 53, factor,
          workspace));
      for (var function : Function.values()) {
        work.put(function.toString(), () -> kernels.apply(function, a, 0, c, 0, 203));
      }
      for (var operator : Operator.values()) {
        work.put(operator.toString(), () -> {
          kernels.combine(operator, a, 0, false, b, 0, false, c, 0, 203);
          kernels.combine(operator, a, 0, true, b, 0, false, c, 0, 203);
          kernels.combine(operator, a, 0, false, b, 0, true, c, 0, 203);
        });
      }
      work.put("sum", () -> c[0] = kernels.sum(a, 0, 203));
      work.put("sum over rows", () -> kernels.addRows(a, 0, 203, 19, c, 1, 203));
      var m = numbers(203);
      var v = new float[203];
      var values = numbers(203);
      var adam = new AdamStep(0.9f, 0.999f, 1e-8f, 1, 1e-3f, 1);
      work.put("Adam", () -> kernels.adam(adam, values, a, m, v, 0, 203));
      for (var cell : List.of("lstm", "gru", "rnn")) {
        work.put("training of " + cell, training(cell));
      }
      var roofs = VectorRoofs.create();
      work.put("roof of multiply-adds", () -> c[0] = roofs.multiplyAdd(20));
      work.put("roof of reading", () -> c[0] = roofs.read(a, 0, 1027));
      return work;
    }

    /// Forward and backward of a layer, whose elementwise work is emitted code.
    private static Runnable training(String cell) {
      int time = 3;
      int batch = 5;
      var sizes = Dimensions.of(21, 37);
      var plan = Plan.training(Cells.find(cell));
      var parameters = new Parameters();
      plan.parameters()
          .forEach(p -> parameters.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
      parameters.freeze();
      Arrays.fill(parameters.values(), 0.01f);
      var unrolled = new Unrolled(plan, sizes, time, batch, parameters.byName(),
          parameters.values(), Engine.of(1).processors());
      var x = Rows.allocate(time * batch, 21);
      Arrays.fill(x.array(), 0.5f);
      var dy = Rows.allocate(time * batch, 37);
      Arrays.fill(dy.array(), 1f);
      var gradients = new float[parameters.values().length];
      return () -> {
        unrolled.load(parameters.values());
        unrolled.forward(x, time);
        unrolled.backward(dy, time, gradients);
      };
    }

    private static float[] numbers(int n) {
      var numbers = new float[n];
      for (int i = 0; i < n; i++) {
        numbers[i] = (float) Math.sin(i + 1.0);
      }
      return numbers;
    }
  }
}
