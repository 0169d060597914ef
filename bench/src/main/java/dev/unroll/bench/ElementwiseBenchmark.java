package dev.unroll.bench;

import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// `y = f(a)` for a row that fits into the first-level cache: nanoseconds for an element.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ElementwiseBenchmark.LENGTH)
@Fork(value = 1, jvmArgsAppend = Provider.VECTOR_API)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ElementwiseBenchmark {
  static final int LENGTH = 2048;
  private static final double TOLERANCE = 1e-6;

  /// Which function.
  @Param({"SIGMOID", "TANH", "EXP", "LOG", "SQRT", "RELU", "FLUSH"})
  public Function function = Function.SIGMOID;

  /// Which twin.
  @Param
  public Provider provider = Provider.SCALAR;

  private final float[] a = new float[LENGTH];
  private final float[] y = new float[LENGTH];
  private Kernels kernels = Provider.SCALAR.kernels();

  /// Fills the row with 0.01 to 8, computes it with both twins, and compares with `double`.
  @Setup
  public void check() {
    for (int i = 0; i < LENGTH; i++) {
      a[i] = 0.01f + 8f * i / LENGTH;
    }
    var vector = new float[LENGTH];
    Provider.VECTOR.kernels().apply(function, a, 0, vector, 0, LENGTH);
    Provider.SCALAR.kernels().apply(function, a, 0, y, 0, LENGTH);
    Provider.checkSameBits(function.symbol(), y, vector);
    for (int i = 0; i < LENGTH; i++) {
      double expected = function.of(a[i]);
      if (Math.abs(y[i] - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
        throw new IllegalStateException("%s(%s) is %s, expected %s"
            .formatted(function.symbol(), a[i], y[i], expected));
      }
    }
    kernels = provider.kernels();
  }

  /// The row.
  @Benchmark
  public float[] apply() {
    kernels.apply(function, a, 0, y, 0, LENGTH);
    return y;
  }
}
