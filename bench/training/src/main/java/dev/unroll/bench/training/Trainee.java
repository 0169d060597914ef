package dev.unroll.bench.training;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A process that trains by one of the libraries, as [Turns] sees it.
final class Trainee implements AutoCloseable {
  /// What a native library says of another one that it works with.
  private static final String FOREIGN = "Warning: Versions of org.bytedeco:";

  private final Process process;
  private final BufferedReader from;
  private final PrintStream to;
  private double[] steps = {};
  private Crowd.Times times = new Crowd.Times(0, 0, 0);
  private double loss;
  private long memory;
  private double multiplyAdds;
  private double peak;

  /// What it trains.
  ///
  /// @param processor whether its times are those of processors
  record Setting(Workload workload, int threads, boolean processor, double dropout) {}

  /// Starts it.
  ///
  /// @param weights the initial weights, which ours writes without dropout
  /// @param ours whether it is this library
  Trainee(Setting setting, Path weights, boolean ours) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:+UseSerialGC", "-Dprocessor=" + setting.processor(),
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
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
    command.addAll(List.of(setting.workload().name(), String.valueOf(setting.threads()),
        String.valueOf(setting.dropout()), ours && setting.dropout() > 0 ? "-"
            : weights.toString()));
    var builder = new ProcessBuilder(command);
    for (var name : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")) {
      builder.environment().put(name, String.valueOf(setting.threads()));
    }
    process = builder.start();
    Thread.ofPlatform().daemon().start(() -> pass(process.getErrorStream(), System.err));
    from = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /// Passes on what a process says, but for what is known and means nothing here.
  static void pass(InputStream errors, PrintStream out) {
    try (var lines = new BufferedReader(new InputStreamReader(errors, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(FOREIGN)) {
          out.println(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets it train for some seconds, and for some steps; the seconds of each step.
  double[] turn(double seconds, int least) throws IOException {
    to.println(seconds + " " + least);
    var line = from.readLine();
    if (line == null) {
      throw new IOException("the process that trained has ended; what it said stands above");
    }
    var parts = line.split(";", -1);
    var losses = numbers(parts[0]);
    loss = losses[losses.length - 1];
    var taken = numbers(parts[1]);
    steps = concatenated(steps, taken);
    memory = Long.parseLong(parts[2]);
    multiplyAdds = Double.parseDouble(parts[3]);
    peak = Double.parseDouble(parts[4]);
    var passed = numbers(parts[5]);
    times = times.plus(new Crowd.Times(passed[0], passed[1], passed[2]));
    return taken;
  }

  /// Forgets the turns so far, which made it warm.
  void forget() {
    steps = new double[0];
    times = new Crowd.Times(0, 0, 0);
  }

  /// The seconds of each step.
  double[] steps() {
    return steps;
  }

  /// The times of all turns.
  Crowd.Times times() {
    return times;
  }

  /// The last loss.
  double loss() {
    return loss;
  }

  /// The largest memory so far, in bytes.
  long memory() {
    return memory;
  }

  /// Multiply-adds of a step.
  double multiplyAdds() {
    return multiplyAdds;
  }

  /// Multiply-adds a second at most.
  double peak() {
    return peak;
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
