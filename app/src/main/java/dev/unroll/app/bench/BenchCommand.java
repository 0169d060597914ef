package dev.unroll.app.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.Engine;
import dev.unroll.app.bench.Workload.Mode;
import dev.unroll.app.bench.Workload.Shape;
import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.scalar.ScalarKernels;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `unroll bench`: the peak performance of this machine, and that of cells.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Measures the roofs of this machine (multiply-adds, reading from caches and memory), then "
          + "cells in turn, and prints the time of a call, the rate of its matrix products and the "
          + "share of the roof that bounds it. Options that take lists (1,32) measure every "
          + "combination."
    },
    footer = {
      "",
      "A call: infer is a sequence forward, from packed weights; train forward and backward, with"
          + " all gradients, packing included; step one step from the state of the last call, or,"
          + " with --batch N, of N keys out of many, states gathered and scattered.",
      "GFLOP/s count the matrix products alone.",
      "",
      "Examples:",
      "  unroll bench",
      "  unroll bench --cell lstm,my.cell --mode train --batch 32 --time 128 --hidden 256",
      "  unroll bench --cell all --mode step --hidden 64,128,256",
      "  unroll bench --cell lstm --mode step --batch 256 --hidden 64",
      "  unroll bench --cell lstm --masks --mode train --json",
      "  unroll bench --cell my.cell --mode train --hidden 128 --stages",
      "  unroll bench --cell lstm --mode step --hidden 1024 --weights float32,int8"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final String WARMUP = "unroll.warmup";
  private static final String CUSTOM = "custom.cell";
  private static final List<String> CELLS =
      List.of("lstm", "gru", "rnn", "lstm-layernorm", "indrnn");
  private static final int MOST = 1_000_000;
  private static final int MOST_LAYERS = 1_000;
  private static final int HIDDEN = 256;
  private static final int STEP_HIDDEN = 128;
  private static final int BATCH = 32;
  private static final int TIME = 64;
  private static final double MOST_SECONDS = 3_600;

  private final Terminal terminal;

  @Option(
      names = "--cell",
      split = ",",
      paramLabel = "CELL",
      description = "Cells by name, files with equations, or all. Default: lstm, gru, rnn,"
          + " lstm-layernorm, indrnn, and an LSTM written by hand, as from a file.")
  private @Nullable List<String> cells;

  @Option(
      names = "--mode",
      split = ",",
      paramLabel = "MODE",
      description = "infer, train, step. Default: all three.")
  private @Nullable List<Mode> modes;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Sequences at once, B. Default: " + BATCH + ", for step 1.")
  private @Nullable List<Integer> batches;

  @Option(
      names = "--time",
      split = ",",
      paramLabel = "N",
      description = "Steps of a sequence, T. Default: " + TIME + ".")
  private @Nullable List<Integer> times;

  @Option(
      names = "--input",
      split = ",",
      paramLabel = "N",
      description = "Input features, F. Default: as many as --hidden.")
  private @Nullable List<Integer> inputs;

  @Option(
      names = "--hidden",
      split = ",",
      paramLabel = "N",
      description = "Hidden size, H. Default: " + HIDDEN + ".")
  private @Nullable List<Integer> hiddens;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "N",
      description = "Layers, L. Default: 1.")
  private @Nullable List<Integer> layers;

  @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: 1.")
  private int threads = 1;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds for which each case is timed once it is warm. Default: 0.4.")
  private double seconds = 0.4;

  @Option(
      names = "--masks",
      description = "Measure each cell with masks of variational dropout too, in turn.")
  private boolean masks;

  @Option(
      names = "--weights",
      split = ",",
      paramLabel = "P",
      description = "float32, bfloat16, int8: measure each cell with each of them, in turn; train"
          + " with float32 alone. Default: float32.")
  private @Nullable List<String> weights;

  @Option(
      names = "--stages",
      description = "Also show what each stage of a cell's plan takes: matrix products, and the"
          + " work between them. Timed apart, as a clock around each stage costs time itself.")
  private boolean stages;

  @Option(names = "--roofs", description = "Measure the roofs alone.")
  private boolean roofs;

  @Option(names = "--json", description = "Print a line of JSON for each case.")
  private boolean json;

  public BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new IllegalArgumentException(
          "--seconds is %s, expected a number above 0, up to %,.0f".formatted(seconds,
              MOST_SECONDS));
    }
    var groups = groups(chosenCells());
    groups.forEach(group -> group.forEach(WorkloadFootprint::require));
    var stopped = new AtomicBoolean();
    // Vector code is compiled before it is timed, not at the same time.
    if (System.getProperty(WARMUP) == null) {
      System.setProperty(WARMUP, "eager");
    }
    try (var engine = Engine.of(threads);
        var interruption = Interruption.listen(() -> stopped.set(true))) {
      var roofline = new Roofline(engine, Math.min(Turns.QUIET_SECONDS, 10 * seconds));
      if (roofs || !json) {
        print(engine, RoofSweep.measure(roofline));
      }
      if (!roofs) {
        if (!json) {
          terminal.println("\n" + BenchReport.heading());
        }
        var turns = new Turns(engine, roofline, seconds, stopped::get);
        groups.forEach(group -> turns.measure(group, measurement -> {
          print(measurement);
          if (stages && !stopped.get()) {
            print(measurement.workload(), StageShare.measure(measurement.workload(), engine,
                seconds, stopped::get));
          }
        }));
      }
      return interruption.exitCode();
    }
  }

  private void print(Engine engine, RoofSweep sweep) {
    if (json) {
      terminal.println(sweep.json(threads));
      return;
    }
    terminal.println("%s, Java %s, %s".formatted(engine, Runtime.version(),
        System.getProperty("os.arch")));
    terminal.println(sweep.toString());
    if (engine.kernels() instanceof ScalarKernels) {
      terminal.println("This is plain Java, cells and roofs: start Java with --add-modules"
          + " jdk.incubator.vector for the vectors of this machine.");
    }
  }

  private void print(Measurement measurement) {
    terminal.println(
        json ? BenchReport.json(measurement, threads) : BenchReport.row(measurement));
  }

  private void print(Workload workload, List<StageShare> shares) {
    var lines =
        json ? BenchReport.json(shares, workload, threads) : BenchReport.rows(shares);
    lines.forEach(terminal::println);
  }

  private List<Cell> chosenCells() throws IOException {
    if (cells == null) {
      var chosen = new ArrayList<>(CELLS.stream().map(Cells::find).toList());
      chosen.add(custom());
      return chosen;
    }
    var chosen = new ArrayList<Cell>();
    for (var name : cells) {
      if (name.equals("all")) {
        chosen.addAll(Cells.all().stream().map(Published::cell).toList());
      } else {
        chosen.add(CellChoice.remarked(terminal, CellChoice.of(terminal.folder(), name)));
      }
    }
    return chosen;
  }

  /// The cell that represents custom cells.
  private static Cell custom() throws IOException {
    try (var text = BenchCommand.class.getResourceAsStream(CUSTOM)) {
      if (text == null) {
        throw new IOException("%s is missing in this program".formatted(CUSTOM));
      }
      return Cell.parse("custom", new String(text.readAllBytes(), UTF_8));
    }
  }

  /// The workloads; those of a group have the same shape, and are measured in turns.
  private List<List<Workload>> groups(List<Cell> chosen) {
    return shapes().stream().distinct().map(moded -> chosen.stream()
        .flatMap(cell -> Stream.of(false, true).filter(masked -> masks || !masked)
            .map(masked -> Workload.of(cell, moded.mode, moded.shape, masked)))
        .flatMap(workload -> precisions(moded.mode).map(workload::with))
        .toList()).toList();
  }

  private Stream<Precision> precisions(Mode mode) {
    return mode == Mode.TRAIN ? Stream.of(Precision.FLOAT32)
        : or(weights, List.of(Precision.FLOAT32.toString())).stream().map(Precision::of).distinct();
  }

  private record Moded(Mode mode, Shape shape) {}

  private List<Moded> shapes() {
    boolean isDefault = Stream.of(modes, batches, times, inputs, hiddens, layers)
        .allMatch(option -> option == null);
    if (isDefault) {
      return List.of(
          new Moded(Mode.INFER, new Shape(BATCH, TIME, HIDDEN, HIDDEN, 1)),
          new Moded(Mode.TRAIN, new Shape(BATCH, TIME, HIDDEN, HIDDEN, 1)),
          new Moded(Mode.INFER, new Shape(1, TIME, HIDDEN, HIDDEN, 1)),
          new Moded(Mode.STEP, new Shape(1, 1, STEP_HIDDEN, STEP_HIDDEN, 1)));
    }
    var shapes = new ArrayList<Moded>();
    for (var mode : or(modes, List.of(Mode.values()))) {
      boolean step = mode == Mode.STEP;
      for (int layer : or(layers, List.of(1))) {
        for (int hidden : or(hiddens, List.of(HIDDEN))) {
          for (int input : or(inputs, List.of(hidden))) {
            for (int batch : or(batches, List.of(step ? 1 : BATCH))) {
              for (int time : step ? List.of(1) : or(times, List.of(TIME))) {
                shapes.add(new Moded(mode, checked(batch, time, input, hidden, layer)));
              }
            }
          }
        }
      }
    }
    return shapes;
  }

  private static Shape checked(int batch, int time, int input, int hidden, int layers) {
    OptionValues.inRange("--hidden", hidden, 1, MOST);
    OptionValues.inRange("--input", input, 1, MOST);
    OptionValues.inRange("--batch", batch, 1, MOST);
    OptionValues.inRange("--time", time, 1, MOST);
    OptionValues.inRange("--layers", layers, 1, MOST_LAYERS);
    return new Shape(batch, time, input, hidden, layers);
  }

  private static <T> List<T> or(@Nullable List<T> given, List<T> usual) {
    return given == null ? usual : given;
  }
}
