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

/// The part of [Turns] in a process that trains: reads how many seconds a turn lasts and how many
/// steps it has at least, answers with losses, times and peak memory, and waits.
final class Turn {
  private final double peak;
  private final Workload workload;
  private final Batches batches;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private final boolean processor = Boolean.getBoolean("processor");
  private double rest;
  private int least;
  private long start;
  private Spent begun = new Spent(0, 0);
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
    double now = Spent.now().worked();
    double time = processor ? now - before : taken;
    seconds.add(time);
    before = now;
    rest -= time;
    if (rest <= 0 && seconds.size() >= least) {
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
    var spent = Spent.now();
    System.out.println("%s;%s;%s;%s;%s;%s %s %s".formatted(text(losses), text(seconds), memory(),
        multiplyAdds / step, peak, (System.nanoTime() - start) / 1e9,
        spent.worked() - begun.worked(), spent.waited() - begun.waited()));
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
      int space = line.indexOf(" ");
      rest = Double.parseDouble(line.substring(0, space));
      least = Integer.parseInt(line.substring(space + 1));
      start = System.nanoTime();
      begun = Spent.now();
      before = begun.worked();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What all threads of this process have done so far, in seconds.
  ///
  /// @param worked that they have run
  /// @param waited that they could have run and waited for a processor
  private record Spent(double worked, double waited) {
    static Spent now() {
      double worked = 0;
      double waited = 0;
      for (var task : requireNonNull(new File("/proc/self/task").list())) {
        try {
          var times = Files.readString(Path.of("/proc/self/task", task, "schedstat")).split(" ");
          worked += Long.parseLong(times[0]) / 1e9;
          waited += Long.parseLong(times[1]) / 1e9;
        } catch (IOException e) {
          // The thread has ended.
        }
      }
      return new Spent(worked, waited);
    }
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
