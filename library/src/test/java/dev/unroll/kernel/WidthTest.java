package dev.unroll.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Function;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.store.SmallMatrices;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same bits at every width of the vectors, and without any.
class WidthTest {
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void theBitsDoNotDependOnTheWidth(int bytes) throws IOException, InterruptedException {
    String output = OtherJvm.run(
        Bits.class, OtherJvm.MODULE, "-Dunroll.warmup=off", "-XX:MaxVectorSize=" + bytes);
    assertThat(output).contains("vector ", Bits.of(Providers.best()));
  }

  @Test
  void theBitsDoNotDependOnTheProvider() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Bits.class)).contains("scalar", Bits.of(Providers.best()));
  }

  /// A checksum over a product, an outer product, all functions and a sum.
  static final class Bits {
    private Bits() {}

    public static void main(String[] args) {
      Kernels kernels = Providers.best();
      System.out.println(kernels.name() + " " + of(kernels));
    }

    static String of(Kernels kernels) {
      Random random = new Random(1);
      int rows = 21;
      int depth = 530;
      int columns = 77;
      float[] a = floats(random, rows * depth);
      float[] b = floats(random, depth * columns);
      float[] c = new float[rows * columns];
      CRC32 bits = new CRC32();
      FloatPanels panels = kernels.panels(depth, columns);
      kernels.pack(b, 0, columns, 1, panels);
      kernels.multiply(a, 0, depth, rows, panels, 0, columns, c, 0, columns, false);
      update(bits, c);
      for (var precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
        var small = (SmallPanels) kernels.panels(depth, columns, precision);
        small.pack(SmallMatrices.of(precision, b, columns, depth), 0, depth, 0, small.count());
        for (int some = 1; some <= 8; some++) {
          kernels.multiply(a, 0, depth, some, small, 0, columns, c, 0, columns, false);
          update(bits, c);
        }
        kernels.multiply(a, 0, depth, rows, small, 0, columns, c, 0, columns, false);
        update(bits, c);
        // Rows that overlap: enough of them to be unpacked.
        var many = new float[25 * columns];
        kernels.multiply(a, 0, depth / 2, 25, small, 0, columns, many, 0, columns, false);
        update(bits, many);
      }
      kernels.accumulateOuter(a, 0, rows, depth, 0, rows,
          List.of(RightFactor.of(b, 0, columns, columns, c, 0, columns)), new Workspace());
      update(bits, c);
      for (Function f : Function.values()) {
        float[] y = new float[a.length];
        kernels.apply(f, a, 0, y, 0, a.length);
        update(bits, y);
      }
      update(bits, kernels.sum(a, 0, a.length));
      kernels.addRows(a, 0, depth, rows, c, 1, depth - 3);
      update(bits, c);
      return "bits %08x".formatted(bits.getValue());
    }

    private static void update(CRC32 bits, float... values) {
      for (float value : values) {
        int word = Float.floatToIntBits(value);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
          bits.update(word >>> shift);
        }
      }
    }

    private static float[] floats(Random random, int length) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = (random.nextFloat() - 0.5f) * 20;
      }
      return values;
    }
  }
}
