package dev.unroll.kernel.provider;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Roofs;
import dev.unroll.kernel.scalar.ScalarKernels;
import dev.unroll.kernel.scalar.ScalarRoofs;
import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.kernel.vector.VectorRoofs;
import dev.unroll.kernel.warmup.Warmup;
import org.jspecify.annotations.Nullable;

/// The providers of [Kernels] and [Roofs], and which one this JVM gets. Nothing here may load a
/// class of `kernel.vector` before the module is known to be there: it would fail with a
/// [NoClassDefFoundError].
public final class Providers {
  private static final String PROPERTY = "unroll.kernels";
  private static final String MODULE = "jdk.incubator.vector";
  private static final String FLAG = "--add-modules " + MODULE;

  private static @Nullable Kernels best;

  private Providers() {}

  /// The fastest provider of this JVM: vector if the module `jdk.incubator.vector` is available,
  /// else scalar, after logging once which flag to add. Slow products without a hardware fused
  /// multiply-add are logged once, too. The system property `unroll.kernels` (`scalar` or
  /// `vector`) overrides.
  ///
  /// @throws IllegalStateException if the property names a provider that this JVM does not have
  public static synchronized Kernels best() {
    Kernels chosen = best;
    if (chosen == null) {
      chosen = choose(System.getProperty(PROPERTY, ""));
      best = chosen;
      if (!HardwareFma.isThere()) {
        System.getLogger("dev.unroll").log(System.Logger.Level.WARNING,
            "This JVM has no instruction to multiply and add at once (FMA) and is several hundred"
                + " times slower: use a processor that has it, and do not start Java with "
                + "-XX:-UseFMA");
      }
    }
    return chosen;
  }

  /// The provider in plain Java.
  public static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /// The loops for the provider that computes the cells.
  public static Roofs roofs(Kernels kernels) {
    return kernels instanceof ScalarKernels ? ScalarRoofs.INSTANCE : VectorRoofs.create();
  }

  private static Kernels choose(String wanted) {
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    return switch (wanted) {
      case "scalar" -> ScalarKernels.INSTANCE;
      case "vector" -> {
        if (!present) {
          throw new IllegalStateException(
              "-D%s=vector needs the module %s: start Java with %s"
                  .formatted(PROPERTY, MODULE, FLAG));
        }
        yield vectors();
      }
      case "" -> {
        if (present) {
          yield vectors();
        }
        System.getLogger("dev.unroll")
            .log(
                System.Logger.Level.WARNING,
                "Kernels run in plain Java, several times slower: start Java with {0}",
                FLAG);
        yield ScalarKernels.INSTANCE;
      }
      default ->
          throw new IllegalStateException(
              "-D%s=%s: expected scalar or vector".formatted(PROPERTY, wanted));
    };
  }

  private static Kernels vectors() {
    var kernels = VectorKernels.create();
    for (var work : VectorKernels.Work.values()) {
      Warmup.add(new ProductRehearsal(kernels, work));
    }
    // Most programs never have small weights.
    kernels.beforeSmall(kind -> {
      for (int rows : kernels.rowsOfSmall()) {
        Warmup.add(new SmallRehearsal(kernels, kind, rows));
      }
    });
    Warmup.add(new TileTrial(kernels));
    return kernels;
  }
}
