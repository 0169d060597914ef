package dev.unroll.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.OtherJvm;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The choice of provider in JVMs of their own, with and without the incubating module.
class ProvidersTest {
  @Test
  void withTheModuleKernelsAreVectors() throws IOException, InterruptedException {
    assertThat(ask(OtherJvm.MODULE)).contains("kernels: vector ").doesNotContain("plain Java");
  }

  @Test
  void withoutTheModuleKernelsAreScalarAndTheFlagIsLoggedOnce()
      throws IOException, InterruptedException {
    String output = ask();
    assertThat(output).contains("kernels: scalar").doesNotContain("NoClassDefFoundError");
    assertThat(output).containsOnlyOnce("start Java with --add-modules jdk.incubator.vector");
  }

  @Test
  void thePropertyAsksForScalarWithoutAWord() throws IOException, InterruptedException {
    assertThat(ask(OtherJvm.MODULE, "-Dunroll.kernels=scalar")).contains("kernels: scalar");
    assertThat(ask("-Dunroll.kernels=scalar"))
        .contains("kernels: scalar")
        .doesNotContain("add-modules");
  }

  @Test
  void askingForVectorsWithoutTheModuleIsAnError() throws IOException, InterruptedException {
    assertThat(ask("-Dunroll.kernels=vector"))
        .contains(
            "refused: -Dunroll.kernels=vector needs the module jdk.incubator.vector:"
                + " start Java with --add-modules jdk.incubator.vector");
  }

  @Test
  void anUnknownProviderIsAnError() throws IOException, InterruptedException {
    assertThat(ask(OtherJvm.MODULE, "-Dunroll.kernels=fast"))
        .contains("refused: -Dunroll.kernels=fast: expected scalar or vector");
  }

  /// It is right without the instruction, but hundreds of times slower, and nothing had said so.
  @Test
  void withoutAFusedMultiplyAddInHardwareThatIsLoggedOnce()
      throws IOException, InterruptedException {
    assertThat(ask(OtherJvm.MODULE, "-Dunroll.kernels=scalar", "-XX:-UseFMA"))
        .contains("kernels: scalar").containsOnlyOnce("several hundred times slower")
        .contains("do not start Java with -XX:-UseFMA");
    assertThat(ask("-Dunroll.kernels=scalar")).contains("kernels: scalar")
        .doesNotContain("hundred times slower");
  }

  private static String ask(String... flags) throws IOException, InterruptedException {
    return OtherJvm.run(Asked.class, flags);
  }

  /// Runs in the other JVM: asks twice, and uses what it gets.
  static final class Asked {
    private Asked() {}

    public static void main(String[] args) {
      try {
        Kernels kernels = Providers.best();
        System.out.println("kernels: " + kernels.name());
        kernels.apply(Function.TANH, new float[20], 0, new float[20], 0, 20);
        if (!Providers.best().equals(kernels)) {
          throw new AssertionError("chosen twice");
        }
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}
