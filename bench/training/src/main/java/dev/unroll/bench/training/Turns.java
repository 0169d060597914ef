package dev.unroll.bench.training;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Starts a process of each library and gives them turns.
final class Turns {
  /// What losses may differ by, relative to them: float sums in another order.
  private static final double NEAR = 1e-4;
  private static final int CHECKED_STEPS = 3;

  private int threads = 1;
  private int turns = 7;
  private double seconds = 2;
  private boolean processor;
  private double product = 1;
  private int measured;

  private Turns() {}

  public static void main(String... args) throws IOException {
    var all = new Turns();
    var workloads = new ArrayList<Workload>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--threads" -> all.threads = Integer.parseInt(args[++i]);
        case "--turns" -> all.turns = Integer.parseInt(args[++i]);
        case "--processor" -> all.processor = true;
        case "--seconds" -> all.seconds = Double.parseDouble(args[++i]);
        default -> workloads.add(Workload.of(args[i]));
      }
    }
    if (workloads.isEmpty()) {
      workloads.addAll(List.of(Workload.values()));
    }
    System.out.println("| model | Unroll, ms a step | libtorch, ms | ratio (turns) | of the peak |"
        + " Unroll, MB | libtorch, MB | losses differ by |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (var workload : workloads) {
      all.run(workload);
    }
    System.out.println("Geometric mean of the ratios: %.2f, %d thread(s) each."
        .formatted(Math.pow(all.product, 1.0 / all.measured), all.threads));
  }

  private void run(Workload workload) throws IOException {
    var weights = Files.createTempFile("weights", ".bin");
    try {
      double difference = difference(workload, weights);
      try (var ours = new Trainee(workload, weights, true, Workload.DROPOUT);
          var theirs = new Trainee(workload, weights, false, Workload.DROPOUT)) {
        measure(workload, ours, theirs, difference);
      }
    } finally {
      Files.delete(weights);
    }
  }

  private void measure(Workload workload, Trainee ours, Trainee theirs, double difference)
      throws IOException {
    ours.turn(3 * seconds);
    theirs.turn(seconds);
    ours.all = new double[0];
    theirs.all = new double[0];
    var ratios = new double[turns];
    for (int i = 0; i < turns; i++) {
      double our = median(ours.turn(seconds));
      ratios[i] = median(theirs.turn(seconds)) / our;
    }
    double ratio = median(ratios);
    product *= ratio;
    measured++;
    double our = median(ours.all);
    System.out.println(String.format(Locale.ROOT,
        "| %s | %.1f | %.1f | %.2f (%.2f–%.2f) | %.0f %% | %d | %d | %.0e |",
        workload.name().toLowerCase(Locale.ROOT), 1e3 * our, 1e3 * median(theirs.all), ratio,
        Arrays.stream(ratios).min().orElseThrow(), Arrays.stream(ratios).max().orElseThrow(),
        100 * ours.multiplyAdds / our / ours.peak, ours.memory >> 20, theirs.memory >> 20,
        difference));
  }

  /// The largest relative difference of the losses of the first steps, without dropout.
  private double difference(Workload workload, Path weights) throws IOException {
    var losses = new double[2][CHECKED_STEPS];
    for (int side = 0; side < 2; side++) {
      try (var trainee = new Trainee(workload, weights, side == 0, 0)) {
        for (int i = 0; i < CHECKED_STEPS; i++) {
          trainee.turn(1e-9);
          losses[side][i] = trainee.loss;
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

  /// A process that trains.
  private final class Trainee implements AutoCloseable {
    private final Process process;
    private final BufferedReader from;
    private final PrintStream to;
    private double[] all = {};
    private double loss;
    private long memory;
    private double multiplyAdds;
    private double peak;

    Trainee(Workload workload, Path weights, boolean ours, double dropout) throws IOException {
      var command = new ArrayList<String>();
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(List.of("-XX:+UseSerialGC", "-Dprocessor=" + processor,
          "--enable-native-access=ALL-UNNAMED", "-cp",
          System.getProperty("java.class.path")));
      if (ours) {
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-Dunroll.warmup=eager"));
        var more = System.getenv("JAVA_OPTS");
        if (more != null && !more.isBlank()) {
          command.addAll(List.of(more.trim().split(" +")));
        }
      } else {
        command.addAll(List.of("-Xmx256m", "-Dorg.bytedeco.javacpp.maxbytes=0",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
            "-Dorg.bytedeco.javacpp.cachedir=" + new File("bench/training/target/native")));
      }
      command.add((ours ? UnrollTrainee.class : TorchTrainee.class).getName());
      command.addAll(List.of(workload.name(), String.valueOf(threads), String.valueOf(dropout),
          ours && dropout > 0 ? "-" : weights.toString()));
      var builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
      for (var name : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")) {
        builder.environment().put(name, String.valueOf(threads));
      }
      process = builder.start();
      from = new BufferedReader(
          new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /// Lets it train for some seconds; the seconds of each step.
    double[] turn(double seconds) throws IOException {
      to.println(seconds);
      var line = from.readLine();
      if (line == null) {
        throw new IOException("the process that trained has ended");
      }
      var parts = line.split(";", -1);
      var losses = numbers(parts[0]);
      loss = losses[losses.length - 1];
      var steps = numbers(parts[1]);
      all = concatenated(all, steps);
      memory = Long.parseLong(parts[2]);
      multiplyAdds = Double.parseDouble(parts[3]);
      peak = Double.parseDouble(parts[4]);
      return steps;
    }

    private static double[] numbers(String text) {
      return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static double[] concatenated(double[] a, double[] b) {
      var both = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, both, a.length, b.length);
      return both;
    }

    @Override
    public void close() {
      to.close();
      process.destroy();
    }
  }
}
