package dev.unroll.kernel.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.OtherJvm;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When vector code is used, in JVMs of their own: what is warm there stays warm. Nothing depends
/// on how much else the machine has to do: rehearsals go on for as long as it takes, and begin when
/// the test says so.
@Timeout(900)
class WarmupTest {
  /// Far longer than the compiler ever needs.
  private static final String PATIENT = "-Dunroll.warmup.seconds=100000";

  @Test
  void eagerIsWarmWhenTheConstructorReturns() throws IOException, InterruptedException {
    assertThat(
        OtherJvm.run(Use.class, OtherJvm.MODULE, "-Dunroll.warmup=eager", "-Dwait=false", PATIENT))
        .contains("at first true", "the end true");
  }

  @Test
  void theBackgroundWarmsWhileTheTapeRuns() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Use.class, OtherJvm.MODULE, "-Dwait=true", PATIENT))
        .contains("at first false", "the end true", "same bits true");
  }

  @Test
  void offUsesColdCode() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Use.class, OtherJvm.MODULE, "-Dunroll.warmup=off", "-Dwait=false"))
        .contains("at first true");
  }

  @Test
  void whereNothingIsCompiledTheTapeStays() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Use.class, OtherJvm.MODULE, "-Xint", "-Dwait=false"))
        .contains("at first false", "the end false", "same bits true");
  }

  @Test
  void withoutVectorsThereIsNothingToWarm() throws IOException, InterruptedException {
    assertThat(OtherJvm.run(Use.class, "-Dunroll.kernels=scalar", "-Dwait=false"))
        .contains("at first true");
  }

  @Test
  void anotherModeIsRefused() {
    var before = System.getProperty("unroll.warmup");
    System.setProperty("unroll.warmup", "hot");
    try {
      assertThatThrownBy(Warmup::mode).isInstanceOf(IllegalStateException.class)
          .hasMessage("-Dunroll.warmup=hot: expected background, eager or off");
    } finally {
      System.setProperty("unroll.warmup", before == null ? "background" : before);
    }
  }

  /// Runs in the other JVM: a cell at once, and again when it is warm if that is waited for.
  static final class Use {
    private Use() {}

    public static void main(String[] args) throws InterruptedException {
      var begin = new CountDownLatch(1);
      if (Boolean.getBoolean("wait")) {
        // The one thread that rehearses is held until it has been seen that the tape runs
        // meanwhile.
        Warmup.add(() -> awaited(begin));
      }
      var plan = Plan.training(Cells.find("rnn"));
      var sizes = Dimensions.of(5, 21);
      var arena = new Parameters();
      plan.parameters()
          .forEach(p -> arena.add(p.name(), sizes.of(p.rows()), p.stored(sizes)));
      arena.freeze();
      fill(arena.values());
      try (var threads = Threads.of(1)) {
        var unrolled = new Unrolled(plan, sizes, 3, 2, arena.byName(), arena.values(),
            new Processors(Providers.best(), threads, null));
        unrolled.load(arena.values());
        System.out.println("at first " + unrolled.isWarm());
        float[] cold = output(unrolled);
        begin.countDown();
        while (Boolean.getBoolean("wait") && !unrolled.isWarm()) {
          Thread.sleep(20);
        }
        System.out.println("the end " + unrolled.isWarm());
        System.out.println("same bits " + Arrays.equals(cold, output(unrolled)));
      }
    }

    private static boolean awaited(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return true;
    }

    private static float[] output(Unrolled unrolled) {
      var x = Rows.allocate(6, 5);
      fill(x.array());
      unrolled.forward(x, 3);
      var y = unrolled.output();
      return Arrays.copyOfRange(y.array(), y.offset(), y.offset() + 6 * 21);
    }

    private static void fill(float[] array) {
      for (int i = 0; i < array.length; i++) {
        array[i] = (float) Math.sin(i + 1.0);
      }
    }
  }
}
