package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.unroll.kernel.OtherJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// Sums over rows are no vector code before it is warm, as products are not. They were, and one
/// start in six of training a small LSTM took 1.9 times as long as the others.
class ColdSumTest {

  @Test
  void coldSumsOverRowsMakeNoVectors() throws IOException, InterruptedException {
    // What is interpreted makes an object of each vector, so it shows which code ran.
    assertThat(OtherJvm.run(Interpreted.class, OtherJvm.MODULE, "-Xint"))
        .contains("cold: 0 vectors").doesNotContain("warm: 0 vectors");
  }

  /// Prints how much is allocated, in objects as large as a vector of the machine.
  static final class Interpreted {
    private static final ThreadMXBean JVM = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 20;
    private static final int COLUMNS = 64;

    private Interpreted() {}

    public static void main(String[] args) {
      var kernels = VectorKernels.create();
      print("cold", kernels);
      kernels.warm(VectorKernels.Work.OUTER);
      print("warm", kernels);
    }

    private static void print(String state, VectorKernels kernels) {
      var a = new float[ROWS * COLUMNS];
      var y = new float[COLUMNS];
      long least = Long.MAX_VALUE;
      for (int call = 0; call < 3; call++) {
        long before = JVM.getCurrentThreadAllocatedBytes();
        kernels.addRows(a, 0, COLUMNS, ROWS, y, 0, COLUMNS);
        least = Math.min(least, JVM.getCurrentThreadAllocatedBytes() - before);
      }
      System.out.println(state + ": " + least / Float.BYTES / kernels.lanes() + " vectors");
    }
  }
}
