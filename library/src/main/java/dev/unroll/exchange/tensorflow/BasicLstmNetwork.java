package dev.unroll.exchange.tensorflow;

import dev.unroll.cell.Lstm;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.DenseWeights;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `BasicLSTMCell`s of TensorFlow 1, one above the other, as a chain:
///
/// ```text
/// embedding [V, E]
/// …/cell_0/basic_lstm_cell/weights or kernel [F + H, 4·H]   of x and h, gates i j f o
/// …/cell_0/basic_lstm_cell/biases or bias [4·H]
/// …/softmax_w [H, V]   …/softmax_b [V]
/// ```
///
/// The cell computes `c = c σ(f + 1) + σ(i) tanh(j)`: its forget bias of 1 is added while it runs,
/// and becomes a part of our bias. Its j is our g.
public final class BasicLstmNetwork {
  private static final Pattern CELL = Pattern.compile(
      "(?:.*?/)??(?:cell_(\\d{1,4})/)?basic_lstm_cell/(weights|kernel|biases|bias)");
  private static final List<String> GATES = List.of("i", "g", "f", "o");
  private static final float FORGET_BIAS = 1;

  private final Checkpoint checkpoint;
  private final TreeMap<Integer, CheckpointTensor> kernels = new TreeMap<>();
  private final TreeMap<Integer, CheckpointTensor> biases = new TreeMap<>();
  private final List<String> unused = new ArrayList<>();
  private @Nullable CheckpointTensor table;
  private @Nullable CheckpointTensor matrix;
  private @Nullable CheckpointTensor bias;

  private BasicLstmNetwork(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /// The chain.
  ///
  /// @throws FormatException if there is none, or a variable does not fit; names it
  public static ForeignNetwork of(Checkpoint checkpoint) throws FormatException {
    try {
      return new BasicLstmNetwork(checkpoint).network();
    } catch (FormatException e) {
      throw new FormatException("%s: %s".formatted(checkpoint.source(), e.getMessage()), e);
    }
  }

  private ForeignNetwork network() throws FormatException {
    checkpoint.tensors().values().forEach(this::place);
    if (kernels.isEmpty()) {
      throw new FormatException(
          "there is no basic_lstm_cell; unroll import FOLDER --list shows what"
              + " there is");
    }
    var layers = new ArrayList<RecurrentWeights>();
    for (int l : kernels.keySet()) {
      layers.add(layer(l, layers.isEmpty() ? inputs(kernels.firstEntry().getValue())
          : layers.getLast().outputs()));
    }
    var v = matrix;
    var c = bias;
    DenseWeights output = null;
    if (v != null) {
      requireShape(v, layers.getLast().outputs(), v.rank() == 2 ? v.size(1) : -1);
      var weight = Weight.all(v).transposed();
      if (c != null) {
        requireShape(c, v.size(1));
      }
      output = new DenseWeights(v.name(), weight,
          c == null ? Weight.zeros(weight.rows(), "softmax_b") : Weight.all(c), false);
    }
    return new ForeignNetwork(checkpoint.source(), table == null ? null : Weight.all(table), layers,
        output, unused,
        List.of("the forget gates have the 1 in their biases that BasicLSTMCell adds"
            + " while it runs"),
        null);
  }

  /// What a variable is, by its name; the counter of training steps is nothing.
  private void place(CheckpointTensor tensor) {
    var name = tensor.name();
    var cell = CELL.matcher(name);
    var last = name.substring(name.lastIndexOf('/') + 1);
    if (cell.matches()) {
      var number = cell.group(1) == null ? 0 : Integer.parseInt(cell.group(1));
      (cell.group(2).startsWith("b") ? biases : kernels).put(number, tensor);
    } else if (last.equals("softmax_w") && tensor.rank() == 2) {
      matrix = tensor;
    } else if (last.equals("softmax_b")) {
      bias = tensor;
    } else if (last.equals("embedding") && tensor.rank() == 2) {
      table = tensor;
    } else if (tensor.rank() > 0) {
      unused.add(name);
    }
  }

  /// What the first cell reads: as many numbers as the table has, else what its kernel has beside
  /// the state.
  private long inputs(CheckpointTensor kernel) {
    return table != null ? table.size(1)
        : kernel.rank() == 2 ? kernel.size(0) - kernel.size(1) / GATES.size() : -1;
  }

  private static void requireShape(CheckpointTensor tensor, long... shape)
      throws FormatException {
    if (!tensor.has(shape)) {
      throw new FormatException("%s is %s, expected %s".formatted(tensor.name(),
          CheckpointTensor.text(tensor.shape()), CheckpointTensor.text(shape)));
    }
  }

  private RecurrentWeights layer(int number, long inputs) throws FormatException {
    var kernel = kernels.get(number);
    var biasOf = biases.get(number);
    if (kernel == null || biasOf == null) {
      throw new FormatException("cell_%d has no biases".formatted(number));
    }
    long hidden = kernel.rank() == 2 ? kernel.size(1) / GATES.size() : 0;
    if (hidden < 1 || inputs < 1 || hidden > Integer.MAX_VALUE / 8) {
      throw new FormatException("%s is %s, expected [F + H, 4·H]".formatted(kernel.name(),
          CheckpointTensor.text(kernel.shape())));
    }
    requireShape(kernel, inputs + hidden, GATES.size() * hidden);
    requireShape(biasOf, GATES.size() * hidden);
    var weights = new LinkedHashMap<String, Weight>();
    for (int g = 0; g < GATES.size(); g++) {
      var gate = GATES.get(g);
      weights.put("W" + gate, part(kernel, 0, (int) inputs, g, (int) hidden));
      weights.put("U" + gate, part(kernel, (int) inputs, (int) hidden, g, (int) hidden));
      var own = Weight.rows(biasOf, g * (int) hidden, (int) hidden);
      weights.put("b" + gate, gate.equals("f") ? raised(own) : own);
    }
    return new RecurrentWeights(kernel.name(), Lstm.cell(), (int) inputs,
        Map.of("H", (int) hidden), List.of(weights));
  }

  private static Weight raised(Weight bias) {
    return new Weight(bias.rows(), 1, bias.from(), bias.how() + ", plus 1", () -> {
      float[] values = bias.values().read();
      for (int i = 0; i < values.length; i++) {
        values[i] += FORGET_BIAS;
      }
      return values;
    });
  }

  /// The rows of x or of h, and the columns of a gate.
  private static Weight part(CheckpointTensor kernel, int first, int count, int gate, int hidden)
      throws FormatException {
    int column = gate * hidden;
    int all = GATES.size() * hidden;
    return Weight.of(hidden, count, List.of(kernel.name()),
        "rows %d … %d, columns %d … %d, transposed".formatted(first, first + count - 1, column,
            column + hidden - 1),
        () -> {
          float[] values = kernel.floats();
          float[] part = new float[hidden * count];
          for (int i = 0; i < hidden; i++) {
            for (int j = 0; j < count; j++) {
              part[i * count + j] = values[(first + j) * all + column + i];
            }
          }
          return part;
        });
  }
}
