package dev.unroll.bench.training;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.Batches;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The part of [Turns] in a process that trains: reads how many seconds a turn lasts, answers with
/// losses, times and peak memory, and waits.
final class Turn {
  private final double peak;
  private final Workload workload;
  private final Batches batches;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private final boolean processor = Boolean.getBoolean("processor");
  private double rest;
  private double before;
  private long step;
  private double multiplyAdds;

  /// Waits for the first turn.
  ///
  /// @param peak multiply-adds a second
  Turn(double peak, Workload workload, Batches batches) {
    this.peak = peak;
    this.workload = workload;
    this.batches = batches;
    await();
  }

  /// A step was taken.
  void stepped(double loss, double taken) {
    losses.add(loss);
    double now = processorSeconds();
    double time = processor ? now - before : taken;
    seconds.add(time);
    before = now;
    rest -= time;
    if (rest <= 0) {
      answer();
      await();
    }
  }

  private void answer() {
    for (int i = 0; i < seconds.size(); i++) {
      multiplyAdds +=
          workload.multiplyAdds(batches.batch(0, (int) ((step + i) % batches.count())));
    }
    step += seconds.size();
    System.out.println("%s;%s;%s;%s;%s".formatted(text(losses), text(seconds), memory(),
        multiplyAdds / step, peak));
    losses.clear();
    seconds.clear();
  }

  private static String text(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private void await() {
    try {
      var line = new StringBuilder();
      for (int c = System.in.read(); c != '\n'; c = System.in.read()) {
        if (c < 0) {
          System.exit(0);
        }
        line.append((char) c);
      }
      rest = Double.parseDouble(line.toString());
      before = processorSeconds();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The seconds that all threads of this process have run.
  private static double processorSeconds() {
    double seconds = 0;
    for (var task : requireNonNull(new File("/proc/self/task").list())) {
      try {
        var times = Files.readString(Path.of("/proc/self/task", task, "schedstat"));
        seconds += Long.parseLong(times.substring(0, times.indexOf(' '))) / 1e9;
      } catch (IOException e) {
        // The thread has ended.
      }
    }
    return seconds;
  }

  /// The largest memory of this process so far, in bytes.
  private static long memory() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM:")).findFirst()
          .map(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""))).orElse(0L);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
