package dev.unroll.bench;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/// One layer at work, in the build that this class was loaded with ([Build]): it runs, and tells a
/// hash of all bits that the last run computed. Its types are those of the JDK, as builds share no
/// others.
final class BuildCase implements Runnable, IntSupplier, AutoCloseable {
  private final Parameters parameters = new Parameters();
  private final Recurrent layer;
  private final Engine engine;
  private final Runnable work;

  /// How many rows each result has.
  private final int rows;

  /// What the last run computed, beside the gradients of the parameters.
  private Rows[] results = {};

  /// @param cell the name of a published cell, or a file
  /// @param mode `infer`, `train` or `step`
  BuildCase(String cell, String mode, int batch, int time, int input, int hidden, int threads) {
    layer = new Recurrent("layer", cell(cell), Dimensions.of(input, hidden), parameters, 0,
        CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    engine = Engine.of(threads);
    rows = mode.equals("step") ? batch : time * batch;
    work = switch (mode) {
      case "infer" -> inference(batch, time);
      case "train" -> training(batch, time);
      case "step" -> steps(batch, time);
      default -> throw new IllegalArgumentException(
          "the mode is '%s'; expected infer, train or step".formatted(mode));
    };
  }

  private static Cell cell(String name) {
    var file = Path.of(name);
    try {
      return Files.exists(file) ? Cell.read(file) : Cells.find(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void run() {
    work.run();
  }

  /// Whether nothing is left to warm up.
  boolean isWarm() {
    return engine.isWarm();
  }

  @Override
  public int getAsInt() {
    int hash = Arrays.hashCode(parameters.gradients());
    for (var it : results) {
      int end = it.offset() + rows * it.columns();
      hash = 31 * hash + Arrays.hashCode(Arrays.copyOfRange(it.array(), it.offset(), end));
    }
    return hash;
  }

  @Override
  public void close() {
    engine.close();
  }

  private Runnable inference(int batch, int time) {
    var run = layer.run(engine, Bounds.of(time, batch, false));
    var x = numbers(2, time * batch, layer.inputSize());
    run.load();
    return () -> {
      run.begin();
      results = new Rows[] {run.forward(x, Span.of(time))};
    };
  }

  private Runnable training(int batch, int time) {
    LayerRun run = layer.run(engine, Bounds.of(time, batch, true));
    var x = numbers(2, time * batch, layer.inputSize());
    var dy = numbers(3, time * batch, layer.outputSize());
    return () -> {
      Arrays.fill(parameters.gradients(), 0);
      run.load();
      run.begin();
      var y = run.forward(x, Span.of(time));
      results = new Rows[] {y, run.backward(dy, Span.of(time))};
    };
  }

  /// One step after the other of as many keys as there are samples.
  private Runnable steps(int batch, int time) {
    var stepper = new Stepper(layer, engine, batch);
    var y = Rows.allocate(batch, layer.outputSize());
    results = new Rows[] {y};
    if (batch == 1) {
      var x = numbers(2, time, layer.inputSize()).array();
      return () -> {
        var state = stepper.initial();
        for (int t = 0; t < time; t++) {
          stepper.step(x, t * layer.inputSize(), state, y.array(), 0, state);
        }
      };
    }
    var x = numbers(2, batch, layer.inputSize()).array();
    List<Integer> keys = IntStream.range(0, batch).boxed().toList();
    return () -> {
      var states = new KeyedStates<Integer>(stepper.layout());
      for (int t = 0; t < time; t++) {
        stepper.step(states, keys, x, y.array());
      }
    };
  }

  private static Rows numbers(int seed, int rows, int columns) {
    var numbers = Rows.allocate(rows, columns);
    CounterRandom.of(seed).uniforms(0, numbers.array(), 0, numbers.array().length);
    return numbers;
  }
}
