package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Size;
import dev.unroll.expr.graph.Interpreter;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.SequenceToSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// A language model in `double`, the slow truth: interpreters one on another, plain loops around
/// them.
final class DoubleLanguageModel {
  private final SequenceToSequence.Parts architecture;
  private final int batch;

  /// The model's parameters by the names they have in it.
  private final Map<String, double[]> parameters = new LinkedHashMap<>();

  /// The states of each layer before the next chunk.
  private final List<Map<String, double[]>> states = new ArrayList<>();

  private final List<Interpreter> layers = new ArrayList<>();
  private final Interpreter output;

  DoubleLanguageModel(SequenceToSequence model, int batch) {
    this(model, batch, value -> value);
  }

  /// @param change what becomes of each parameter
  DoubleLanguageModel(SequenceToSequence model, int batch, DoubleUnaryOperator change) {
    architecture = model.architecture();
    this.batch = batch;
    for (var block : model.parameters().blocks()) {
      var values = new double[block.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = change.applyAsDouble(model.parameters().values()[block.offset() + i]);
      }
      parameters.put(block.name(), values);
    }
    int inputs = architecture.inputs().size();
    var shapes = architecture.body().cell().shapes();
    for (int l = 0; l < architecture.body().layers(); l++) {
      var sizes = new HashMap<>(architecture.body().sizes().elements());
      sizes.put(Size.INPUT.name(), inputs);
      layers.add(
          new Interpreter(architecture.body().cell(), sizes, parametersOf("layer" + l), Map.of()));
      var initial = new LinkedHashMap<String, double[]>();
      shapes.states()
          .forEach((name, size) -> initial.put(name, new double[batch * sizes.get(size.name())]));
      states.add(initial);
      inputs = sizes.get(shapes.output().name());
    }
    output = new Interpreter(Dense.cell(null),
        Map.of(Size.INPUT.name(), inputs, Size.HIDDEN.name(), architecture.inputs().symbols()),
        parametersOf("output"), Map.of());
  }

  private Map<String, double[]> parametersOf(String layer) {
    var found = new LinkedHashMap<String, double[]>();
    parameters.forEach((name, values) -> {
      if (name.startsWith(layer + ".")) {
        found.put(name.substring(layer.length() + 1), values);
      }
    });
    return found;
  }

  /// The mean loss of a chunk; adds the gradients and carries the states on.
  double train(int[] symbols, int[] targets, int steps, Map<String, double[]> gradients) {
    int n = steps * batch;
    var passes = new ArrayList<Interpreter.Forward>();
    var x = embed(symbols, n);
    for (int l = 0; l < layers.size(); l++) {
      var pass = layers.get(l).forward(steps, batch, x, states.get(l));
      passes.add(pass);
      x = pass.outputs();
    }
    var last = output.forward(steps, batch, x, Map.of());
    var dLogits = new double[last.outputs().length];
    double loss = loss(last.outputs(), targets, dLogits);
    var back = output.backward(last, dLogits, Map.of());
    add(gradients, "output", back);
    for (int l = layers.size() - 1; l >= 0; l--) {
      var zeros = new LinkedHashMap<String, double[]>();
      states.get(l).forEach((name, s) -> zeros.put(name, new double[s.length]));
      back = layers.get(l).backward(passes.get(l), back.input(), zeros);
      add(gradients, "layer" + l, back);
      states.set(l, passes.get(l).states());
    }
    int size = architecture.inputs().size();
    var table = gradients.computeIfAbsent(
        "embedding.E", _ -> new double[architecture.inputs().symbols() * size]);
    for (int i = 0; i < n * size; i++) {
      table[symbols[i / size] * size + i % size] += back.input()[i];
    }
    return loss;
  }

  private double[] embed(int[] symbols, int n) {
    int size = architecture.inputs().size();
    var table = requireNonNull(parameters.get("embedding.E"));
    var x = new double[n * size];
    for (int i = 0; i < x.length; i++) {
      x[i] = table[symbols[i / size] * size + i % size];
    }
    return x;
  }

  private double loss(double[] logits, int[] targets, double[] dLogits) {
    int classes = architecture.inputs().symbols();
    int n = logits.length / classes;
    double loss = 0;
    for (int row = 0; row < n; row++) {
      double total = 0;
      for (int j = 0; j < classes; j++) {
        total += Math.exp(logits[row * classes + j]);
      }
      loss += (Math.log(total) - logits[row * classes + targets[row]]) / n;
      for (int j = 0; j < classes; j++) {
        double right = j == targets[row] ? 1 : 0;
        dLogits[row * classes + j] = (Math.exp(logits[row * classes + j]) / total - right) / n;
      }
    }
    return loss;
  }

  private static void add(
      Map<String, double[]> gradients, String layer, Interpreter.Backward backward) {
    backward.parameters().forEach((name, g) -> {
      var sum = gradients.computeIfAbsent(layer + "." + name, _ -> new double[g.length]);
      for (int i = 0; i < g.length; i++) {
        sum[i] += g[i];
      }
    });
  }
}
