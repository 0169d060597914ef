package dev.unroll.bench.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Starts a process of each library and gives them turns.
@Command(name = "bench/training/run", mixinStandardHelpOptions = true, sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Trains a model by this library and by libtorch (as on Maven Central: OpenBLAS, oneDNN"
          + " inside), each in a process of its own, on the same batches from the same initial "
              + "weights:"
          + " embedding, recurrent layers, dropout, output layer, loss, clipping to a norm of 1,"
          + " Adam. First three steps without dropout, whose losses must agree; then turns of"
          + " both.",
      "Prints the median time of a step of each, the ratio (above 1: this library is faster), the"
          + " share of the peak of multiply-adds that the products of a step need at least, and the"
          + " peak memory of each process (VmHWM)."
    },
    footer = {
      "",
      "  characters   V 65, LSTM 512, B 32, T 64, states carried",
      "  words        V 33,000, LSTM 650 in 2 layers, B 20, T 35, states carried",
      "  tied         the same, whose output layer has the vectors of the words",
      "  tagger       V 5,000, LSTM 256 in both directions, B 32, lengths 3 to 60; libtorch with",
      "               packed sequences",
      "  translation  encoder and decoder, LSTM 256 each, general attention, V 60, B 64, 20 steps",
      "  pixels       one pixel at a time, T 784, LSTM 128, B 100",
      "",
      "JAVA_OPTS has further options of the JVM of this library.",
      "The machine must be idle; a note says so where it was not. The first run downloads about"
          + " 110 MB from Maven Central."
    })
final class Turns implements Callable<Integer> {
  /// What losses may differ by, relative to them: float sums in another order.
  private static final double NEAR = 1e-4;
  private static final int CHECKED_STEPS = 3;

  /// Steps before the first that is measured, besides the seconds: a JVM that shares its processor
  /// takes few steps in them, and is not warm by that.
  private static final int WARM_STEPS = 30;

  /// The fewest steps of a turn: the median of one or two is no median.
  private static final int LEAST_STEPS = 3;

  @Parameters(arity = "0..*", paramLabel = "MODEL",
      description = "${COMPLETION-CANDIDATES}; all of them without one")
  private List<Workload> workloads = List.of(Workload.values());

  @Option(names = "--threads", defaultValue = "1", paramLabel = "N",
      description = "of each (${DEFAULT-VALUE})")
  private int threads;

  @Option(names = "--turns", defaultValue = "7", paramLabel = "N",
      description = "of each (${DEFAULT-VALUE})")
  private int turns;

  @Option(names = "--seconds", defaultValue = "2", paramLabel = "S",
      description = "of a turn, which has at least " + LEAST_STEPS + " steps (${DEFAULT-VALUE})")
  private double seconds;

  @Option(names = "--processor",
      description = "take the time that processors have worked for a process instead of the time"
          + " that has passed, for one thread on a machine that others use: it is disturbed less,"
          + " and still disturbed")
  private boolean processor;

  private double product = 1;
  private int measured;

  public static void main(String... words) {
    System.exit(line().execute(words));
  }

  /// The command, which refuses what it cannot do by one sentence and the code 2.
  static CommandLine line() {
    return new CommandLine(new Turns()).setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> refuse(e.getCommandLine(), e))
        .setExecutionExceptionHandler((e, line, _) -> {
          if (e instanceof IllegalArgumentException || e instanceof IOException) {
            return refuse(line, e);
          }
          throw e;
        });
  }

  private static int refuse(CommandLine line, Exception e) {
    line.getErr().println("bench/training/run: "
        + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " "));
    return 2;
  }

  @Override
  public Integer call() throws IOException {
    require("--threads", threads, threads >= 1 && threads <= 1_024, "1 to 1024");
    require("--turns", turns, turns >= 1, "at least 1");
    require("--seconds", seconds, seconds > 0 && seconds <= 3_600, "above 0, at most 3600");
    if (processor && threads > 1) {
      throw new IllegalArgumentException("--processor counts the work of all threads together, and"
          + " so compares nothing with --threads %d; leave one out".formatted(threads));
    }
    System.out.println("| model | Unroll, ms a step | libtorch, ms | ratio (turns) | of the peak |"
        + " Unroll, MB | libtorch, MB | losses differ by |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (var workload : workloads) {
      run(workload);
    }
    System.out.println(String.format(Locale.ROOT,
        "Geometric mean of the ratios: %.2f, %d thread(s) each.",
        Math.pow(product, 1.0 / measured), threads));
    return 0;
  }

  private static void require(String option, Object given, boolean fits, String expected) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s is %s, expected %s".formatted(option, given, expected));
    }
  }

  private void run(Workload workload) throws IOException {
    var weights = Files.createTempFile("weights", ".bin");
    try {
      double difference = difference(workload, weights);
      try (var ours = trainee(workload, weights, true, Workload.DROPOUT);
          var theirs = trainee(workload, weights, false, Workload.DROPOUT)) {
        measure(workload, ours, theirs, difference);
      }
    } finally {
      Files.delete(weights);
    }
  }

  private Trainee trainee(Workload workload, Path weights, boolean ours, double dropout)
      throws IOException {
    return new Trainee(new Trainee.Setting(workload, threads, processor, dropout), weights, ours);
  }

  private void measure(Workload workload, Trainee ours, Trainee theirs, double difference)
      throws IOException {
    ours.turn(3 * seconds, WARM_STEPS);
    theirs.turn(seconds, LEAST_STEPS);
    ours.forget();
    theirs.forget();
    var ratios = new double[turns];
    for (int i = 0; i < turns; i++) {
      double our = median(ours.turn(seconds, LEAST_STEPS));
      ratios[i] = median(theirs.turn(seconds, LEAST_STEPS)) / our;
    }
    double ratio = median(ratios);
    product *= ratio;
    measured++;
    double our = median(ours.steps());
    System.out.println(String.format(Locale.ROOT,
        "| %s | %.1f | %.1f | %.2f (%.2f–%.2f) | %.0f %% | %d | %d | %.0e |",
        workload.word(), 1e3 * our, 1e3 * median(theirs.steps()), ratio,
        Arrays.stream(ratios).min().orElseThrow(), Arrays.stream(ratios).max().orElseThrow(),
        100 * ours.multiplyAdds() / our / ours.peak(), ours.memory() >> 20, theirs.memory() >> 20,
        difference));
    var note = Crowd.of(ours.times(), theirs.times()).note(processor);
    if (!note.isEmpty()) {
      System.err.println(workload.word() + ": " + note);
    }
  }

  /// The largest relative difference of the losses of the first steps, without dropout.
  private double difference(Workload workload, Path weights) throws IOException {
    var losses = new double[2][CHECKED_STEPS];
    for (int side = 0; side < 2; side++) {
      try (var trainee = trainee(workload, weights, side == 0, 0)) {
        for (int i = 0; i < CHECKED_STEPS; i++) {
          trainee.turn(1e-9, 1);
          losses[side][i] = trainee.loss();
        }
      }
    }
    double difference = 0;
    for (int i = 0; i < CHECKED_STEPS; i++) {
      difference = Math.max(difference, Math.abs(losses[0][i] / losses[1][i] - 1));
    }
    if (!(difference < NEAR)) {
      throw new IllegalStateException("the two do not compute the same: losses %s and %s"
          .formatted(Arrays.toString(losses[0]), Arrays.toString(losses[1])));
    }
    return difference;
  }

  private static double median(double[] numbers) {
    var sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
