package dev.unroll.golden;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.RNNImpl;
import org.bytedeco.pytorch.RNNOptions;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.kReLU;

/// `nn::LSTM`, `nn::GRU` and `nn::RNN` of libtorch, forward and backward, from states that are not
/// zero.
final class TorchRecurrent {
  private static final int T = 5;
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 6;
  private static final int PROJECTION = 2;

  private static final String SHAPES =
      """
      Weights end in _l0 for the first layer and _l1 for the second, which reads the h of the \
      first. x [T, B, F], y [T, B, H] of the last layer, h0 and hT (c0, cT) [layers, B, H]. \
      """;

  private static final String LSTM =
      """
      Gate order i f g o. a = W_ih x + b_ih + W_hh h + b_hh; i, f, o = sigmoid(a), g = tanh(a); \
      c' = f * c + i * g; h' = o * tanh(c'). \
      """;

  private static final String GRU =
      """
      Gate order r z n. r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh); \
      n = tanh(W_ih x + b_ih + r * (W_hh h + b_hh)); h' = (1 - z) * n + z * h. \
      """;

  private enum Cell {
    LSTM, LSTM_PROJECTED, GRU, RNN_TANH, RNN_RELU;

    String equations() {
      return switch (this) {
        case LSTM -> TorchRecurrent.LSTM;
        case LSTM_PROJECTED -> TorchRecurrent.LSTM
            + "Then h' = W_hr h' of length P, which is what y, h0 and hT hold in place of H. ";
        case GRU -> TorchRecurrent.GRU;
        case RNN_TANH -> "h' = tanh(W_ih x + b_ih + W_hh h + b_hh). ";
        case RNN_RELU -> "h' = relu(W_ih x + b_ih + W_hh h + b_hh). ";
      };
    }

    boolean hasC() {
      return this == LSTM || this == LSTM_PROJECTED;
    }

    int outputSize() {
      return this == LSTM_PROJECTED ? PROJECTION : H;
    }
  }

  private TorchRecurrent() {}

  static Stream<GoldenFile> files() {
    return Stream.of(
        file("torch-lstm", Cell.LSTM, 1),
        file("torch-lstm-2-layers", Cell.LSTM, 2),
        file("torch-lstm-projected", Cell.LSTM_PROJECTED, 1),
        file("torch-gru", Cell.GRU, 1),
        file("torch-gru-2-layers", Cell.GRU, 2),
        file("torch-rnn-tanh", Cell.RNN_TANH, 1),
        file("torch-rnn-tanh-2-layers", Cell.RNN_TANH, 2),
        file("torch-rnn-relu", Cell.RNN_RELU, 1),
        file("torch-rnn-relu-2-layers", Cell.RNN_RELU, 2));
  }

  private static GoldenFile file(String name, Cell cell, int layers) {
    String notes =
        cell.equations()
            + SHAPES
            + "loss = sum(y * dy) + sum(hT * dhT)"
            + (cell.hasC() ? " + sum(cT * dcT)" : "")
            + "; every other d... is the gradient of loss.";
    return Torch.file(name, notes, type -> compute(cell, layers, type));
  }

  private static Map<String, Numbers> compute(Cell cell, int layers, ScalarType type) {
    Sines sines = new Sines();
    Map<String, Numbers> record = new LinkedHashMap<>();
    Map<String, Tensor> variables = new LinkedHashMap<>();

    Tensor x = Torch.variable(sines.next(1, T, B, F), type);
    List<Tensor> states = new ArrayList<>();
    states.add(Torch.variable(sines.next(0.75, layers, B, cell.outputSize()), type));
    variables.put("x", x);
    variables.put("h0", states.getFirst());
    if (cell.hasC()) {
      states.add(Torch.variable(sines.next(1.25, layers, B, H), type));
      variables.put("c0", states.getLast());
    }
    Network network = network(cell, layers);
    network.module().to(type, false);
    variables.putAll(weights(network.module(), sines));
    variables.forEach((name, tensor) -> record.put(name, Torch.numbers(tensor)));

    Tensor loss = Torch.tensor(Numbers.scalar(0), type);
    Iterator<String> names = List.of("y", "hT", "cT").iterator();
    for (Tensor output : network.forward().apply(x, states)) {
      String name = names.next();
      Numbers gradient = sines.next(1, Torch.shape(output));
      record.put(name, Torch.numbers(output));
      record.put("d" + name, gradient);
      loss = loss.add(output.mul(Torch.tensor(gradient, type)).sum());
    }
    record.put("loss", Torch.numbers(loss));

    loss.backward();
    variables.forEach((name, tensor) -> record.put("d" + name, Torch.numbers(tensor.grad())));
    return record;
  }

  /// Fills the weights of a module; their shapes are the ones that libtorch gave them.
  private static Map<String, Tensor> weights(Module module, Sines sines) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    var parameters = module.named_parameters();
    for (long k = 0; k < parameters.size(); k++) {
      String name = parameters.keys().get(k).getString();
      Tensor weight = parameters.get(name);
      try (var _ = new NoGradGuard()) {
        Numbers values = sines.next(0.5, Torch.shape(weight));
        weight.copy_(Torch.tensor(values, weight.scalar_type()));
      }
      weights.put(name.replace("weight_", "W_").replace("bias_", "b_"), weight);
    }
    return weights;
  }

  private static Network network(Cell cell, int layers) {
    return switch (cell) {
      case LSTM, LSTM_PROJECTED -> {
        LSTMOptions options = new LSTMOptions(F, H);
        options.num_layers().put(layers);
        options.proj_size().put(cell == Cell.LSTM ? 0 : PROJECTION);
        LSTMImpl lstm = new LSTMImpl(options);
        yield new Network(
            lstm,
            (x, states) -> {
              var h0AndC0 = new T_TensorTensor_T(states.getFirst(), states.getLast());
              var out = lstm.forward(x, h0AndC0);
              return List.of(out.get0(), out.get1().get0(), out.get1().get1());
            });
      }
      case GRU -> {
        GRUOptions options = new GRUOptions(F, H);
        options.num_layers().put(layers);
        GRUImpl gru = new GRUImpl(options);
        yield new Network(gru, (x, states) -> list(gru.forward(x, states.getFirst())));
      }
      case RNN_TANH, RNN_RELU -> {
        RNNOptions options = new RNNOptions(F, H);
        options.num_layers().put(layers);
        if (cell == Cell.RNN_RELU) {
          options.nonlinearity().put(new kReLU());
        }
        RNNImpl rnn = new RNNImpl(options);
        yield new Network(rnn, (x, states) -> list(rnn.forward(x, states.getFirst())));
      }
    };
  }

  private static List<Tensor> list(T_TensorTensor_T pair) {
    return List.of(pair.get0(), pair.get1());
  }

  private record Network(Module module, Forward forward) {}

  private interface Forward {
    /// From x and the states h0 (and c0) to y and the states hT (and cT).
    List<Tensor> apply(Tensor x, List<Tensor> states);
  }
}
