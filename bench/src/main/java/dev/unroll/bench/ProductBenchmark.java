package dev.unroll.bench;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The matrix products of a layer with 4 gates and H hidden units, for some rows of samples:
/// forward `[rows, H] · [H, 4H]`, the weights' gradient `[rows, 4H]ᵀ · [rows, H]`, and laying out
/// the weights: microseconds.
///
/// Run it with G1 and with the serial collector (`-jvmArgs -XX:+UseSerialGC`): C2 orders the loads
/// of a tile differently there.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {Provider.VECTOR_API, "-Dunroll.warmup=eager"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ProductBenchmark {
  private static final double TOLERANCE = 1e-3;

  /// Rows, T·B or B.
  @Param({"1", "8", "16", "64"})
  public int rows = 1;

  /// H.
  @Param({"64", "256", "512"})
  public int hidden = 64;

  /// Which twin.
  @Param
  public Provider provider = Provider.SCALAR;

  private final Workspace workspace = new Workspace();
  private Kernels kernels = Provider.SCALAR.kernels();
  private FloatPanels panels = kernels.panels(1, 1);
  private float[] h = {};
  private float[] weights = {};
  private float[] gates = {};
  private float[] gradient = {};

  /// Computes both products with both twins, and an element of each in `double`.
  @Setup
  public void check() {
    var random = new Random(rows + hidden);
    h = numbers(random, rows * hidden);
    weights = numbers(random, 4 * hidden * hidden);
    prepare(Provider.SCALAR);
    var scalarGates = multiply().clone();
    var scalarGradient = accumulateOuter().clone();
    prepare(Provider.VECTOR);
    Provider.checkSameBits("multiply", scalarGates, multiply());
    Provider.checkSameBits("accumulateOuter", scalarGradient, accumulateOuter());
    double gate = 0;
    for (int k = 0; k < hidden; k++) {
      gate += (double) h[k] * weights[k];
    }
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += (double) gates[i * 4 * hidden] * h[i * hidden];
    }
    check("multiply", gates[0], gate);
    check("accumulateOuter", gradient[0], sum);
    prepare(provider);
    multiply();
  }

  private void prepare(Provider twin) {
    kernels = twin.kernels();
    panels = kernels.panels(hidden, 4 * hidden);
    gates = new float[rows * 4 * hidden];
    gradient = new float[4 * hidden * hidden];
    pack();
  }

  private static void check(String what, float actual, double expected) {
    if (Math.abs(actual - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
      throw new IllegalStateException(
          "%s: element 0 is %s, expected %s".formatted(what, actual, expected));
    }
  }

  private static float[] numbers(Random random, int n) {
    var numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  /// The gates of all rows.
  @Benchmark
  public float[] multiply() {
    kernels.multiply(
        h, 0, hidden, rows, panels, 0, 4 * hidden, gates, 0, 4 * hidden, false);
    return gates;
  }

  /// The gradient of the weights, summed over all rows and added.
  @Benchmark
  public float[] accumulateOuter() {
    kernels.accumulateOuter(gates, 0, 4 * hidden, rows, 0, 4 * hidden,
        List.of(RightFactor.of(h, 0, hidden, hidden, gradient, 0, hidden)), workspace);
    return gradient;
  }

  /// The weights `[4H, H]`, transposed into panels.
  @Benchmark
  public FloatPanels pack() {
    kernels.pack(weights, 0, 1, hidden, panels);
    return panels;
  }
}
