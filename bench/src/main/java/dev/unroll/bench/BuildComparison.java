package dev.unroll.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Two builds of the library on the same layer, in turns in one JVM. Speed depends on the pages of
/// memory that arrays happen to get, by up to 15 % where weights are about as large as a cache, so
/// each build is measured in several instances, each with new arrays.
@Command(name = "bench/builds", mixinStandardHelpOptions = true, sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Times two builds of the library on the same layer, in turns in one JVM, and "
        + "tells whether they compute the same bits. Each is measured in several instances with "
        + "memory of their own. Ratios above 1 say that B is faster.")
final class BuildComparison implements Callable<Integer> {
  /// Calls that take less are timed several at once.
  private static final double SAMPLE = 2e5;

  @Parameters(index = "0", paramLabel = "A",
      description = "a revision of the repository, or a jar or folder of classes of the library")
  private Path a;

  @Parameters(index = "1", paramLabel = "B", description = "likewise; . is the working tree")
  private Path b;

  @Mixin
  private BuildShape shape;

  @Option(names = "--rounds", defaultValue = "40", paramLabel = "N",
      description = "pairs of samples of each instance (${DEFAULT-VALUE})")
  private int rounds;

  @Option(names = "--instances", defaultValue = "3", paramLabel = "N",
      description = "how often both are made anew (${DEFAULT-VALUE})")
  private int instances;

  @Option(names = "--names", hidden = true, split = ",", description = "how the builds are called")
  private String[] names;

  @Option(names = "--warm", defaultValue = "4", paramLabel = "SECONDS",
      description = "how long both run before the first sample (${DEFAULT-VALUE})")
  private double warm;

  /// Compares and prints a line for each instance, then the medians.
  public static void main(String... words) {
    System.setProperty("unroll.warmup", "eager");
    System.exit(new CommandLine(new BuildComparison())
        .setParameterExceptionHandler((e, _) -> refuse(e))
        .setExecutionExceptionHandler((e, _, _) -> {
          if (e instanceof IllegalArgumentException || e instanceof IOException) {
            return refuse(e);
          }
          throw e;
        }).execute(words));
  }

  private static int refuse(Exception e) {
    System.err.println(e.getMessage());
    return 2;
  }

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || instances < 1) {
      throw new IllegalArgumentException("%d rounds and %d instances; expected at least 1 of each"
          .formatted(rounds, instances));
    }
    var first = new Build(names == null ? a.toString() : names[0], a);
    var second = new Build(names == null ? b.toString() : names[1], b);
    System.out.printf("%s%nA is %s, B is %s%n", shape, first.name(), second.name());
    var ratios = new double[instances];
    boolean same = true;
    for (int i = 0; i < instances; i++) {
      var one = first.open(shape);
      var other = second.open(shape);
      ratios[i] = compare(one.work(), other.work(), i == 0 ? warm : warm / 4);
      same &= one.hash().getAsInt() == other.hash().getAsInt();
      one.end().close();
      other.end().close();
    }
    var sorted = ratios.clone();
    Arrays.sort(sorted);
    System.out.printf(Locale.ROOT, "A / B %.3f, of instances %.3f to %.3f; %s%n",
        sorted[instances / 2], sorted[0], sorted[instances - 1],
        same ? "the same bits" : "different bits");
    return 0;
  }

  /// The median of the ratios of pairs.
  private double compare(Runnable one, Runnable other, double warm) {
    long end = System.nanoTime() + (long) (warm * 1e9);
    double call = Double.MAX_VALUE;
    do {
      call = Math.min(call, Math.min(time(one, 1), time(other, 1)));
    } while (System.nanoTime() < end);
    int calls = (int) Math.max(1, SAMPLE / call);
    var times = new double[3][rounds];
    for (int i = 0; i < rounds; i++) {
      // Whoever comes second finds what the first one left in the caches, so they change places.
      boolean swapped = i % 2 == 1;
      double before = time(swapped ? other : one, calls);
      double after = time(swapped ? one : other, calls);
      times[0][i] = swapped ? after : before;
      times[1][i] = swapped ? before : after;
      times[2][i] = times[0][i] / times[1][i];
    }
    double ratio = TimedLayer.median(times[2]);
    System.out.printf(Locale.ROOT, "A %8.1f µs   B %8.1f µs   A / B %.3f%n",
        TimedLayer.median(times[0]) / 1e3, TimedLayer.median(times[1]) / 1e3, ratio);
    return ratio;
  }

  /// Nanoseconds of a call.
  private static double time(Runnable work, int calls) {
    long before = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      work.run();
    }
    return (double) (System.nanoTime() - before) / calls;
  }
}
