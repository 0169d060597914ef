package dev.unroll.bench;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.KeyedStates;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.Recurrent;
import dev.unroll.layer.Span;
import dev.unroll.layer.Stepper;
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

/// One layer at work, in the build that this class was loaded with ([Build]): a call does it once and returns a hash
/// of all bits that it computed.
final class BuildCase implements IntSupplier {
  private final Parameters parameters = new Parameters();
  private final Recurrent layer;
  private final IntSupplier work;

  /// @param cell the name of a published cell, or a file
  /// @param mode `infer`, `train` or `step`
  BuildCase(String cell, String mode, int batch, int time, int input, int hidden, int threads) {
    layer = new Recurrent("layer", cell(cell), Dimensions.of(input, hidden), parameters, 0,
        CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    var engine = Engine.of(threads);
    work = switch (mode) {
      case "infer" -> inference(engine, batch, time);
      case "train" -> training(engine, batch, time);
      case "step" -> steps(engine, batch, time);
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
  public int getAsInt() {
    return work.getAsInt();
  }

  private IntSupplier inference(Engine engine, int batch, int time) {
    var run = layer.run(engine, Bounds.of(time, batch, false));
    var x = numbers(2, time * batch, layer.inputSize());
    run.load();
    return () -> {
      run.begin();
      return hash(run.forward(x, Span.of(time)), time * batch);
    };
  }

  private IntSupplier training(Engine engine, int batch, int time) {
    LayerRun run = layer.run(engine, Bounds.of(time, batch, true));
    var x = numbers(2, time * batch, layer.inputSize());
    var dy = numbers(3, time * batch, layer.outputSize());
    return () -> {
      Arrays.fill(parameters.gradients(), 0);
      run.load();
      run.begin();
      int forward = hash(run.forward(x, Span.of(time)), time * batch);
      int backward = hash(run.backward(dy, Span.of(time)), time * batch);
      return 31 * (31 * forward + backward) + Arrays.hashCode(parameters.gradients());
    };
  }

  /// One step after the other of as many keys as there are samples.
  private IntSupplier steps(Engine engine, int batch, int time) {
    var stepper = new Stepper(layer, engine, batch);
    var x = numbers(2, time * batch, layer.inputSize()).array();
    var y = new float[batch * layer.outputSize()];
    if (batch == 1) {
      return () -> {
        var state = stepper.initial();
        for (int t = 0; t < time; t++) {
          stepper.step(x, t * layer.inputSize(), state, y, 0, state);
        }
        return Arrays.hashCode(y);
      };
    }
    List<Integer> keys = IntStream.range(0, batch).boxed().toList();
    return () -> {
      var states = new KeyedStates<Integer>(stepper.layout());
      for (int t = 0; t < time; t++) {
        stepper.step(states, keys, x, y);
      }
      return Arrays.hashCode(y);
    };
  }

  private static Rows numbers(int seed, int rows, int columns) {
    var numbers = Rows.allocate(rows, columns);
    CounterRandom.of(seed).uniforms(0, numbers.array(), 0, numbers.array().length);
    return numbers;
  }

  private static int hash(Rows rows, int count) {
    int hash = 1;
    int end = rows.offset() + count * rows.columns();
    for (int i = rows.offset(); i < end; i++) {
      hash = 31 * hash + Float.floatToIntBits(rows.array()[i]);
    }
    return hash;
  }
}
