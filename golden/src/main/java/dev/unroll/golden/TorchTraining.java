package dev.unroll.golden;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Loss, optimiser and clipping of libtorch.
final class TorchTraining {
  private static final double RATE = 0.1;

  private TorchTraining() {}

  static Stream<GoldenFile> files() {
    String clipping =
        "clip_grad_norm_(max_norm) over the three gradients together: norm is the one before, "
            + "each gradient is multiplied by min(1, max_norm / (norm + 1e-6)).";
    return Stream.of(
        Torch.file(
            "torch-cross-entropy",
            "Softmax cross-entropy of logits [T, B, V] with integer labels [T, B], in nats, mean "
                + "over T * B; dlogits is the gradient of loss.",
            TorchTraining::crossEntropy),
        optimizer("torch-adam", "Adam, defaults (betas 0.9 and 0.999, eps 1e-8, no weight decay)",
            parameters -> new Adam(parameters, new AdamOptions(RATE))),
        optimizer("torch-adamw", "AdamW, weight decay 0.3 and defaults (betas 0.9 and 0.999, eps "
                + "1e-8)",
            parameters -> {
              var options = new AdamWOptions(RATE);
              options.weight_decay().put(0.3);
              return new AdamW(parameters, options);
            }),
        optimizer("torch-sgd", "SGD, weight decay 0.2",
            parameters -> {
              var options = new SGDOptions(RATE);
              options.weight_decay().put(0.2);
              return new SGD(parameters, options);
            }),
        optimizer("torch-momentum", "SGD, momentum 0.8",
            parameters -> new SGD(parameters, momentum())),
        optimizer("torch-nesterov", "SGD, momentum 0.8, nesterov",
            parameters -> {
              var options = momentum();
              options.nesterov().put(true);
              return new SGD(parameters, options);
            }),
        optimizer("torch-rmsprop", "RMSprop, defaults (alpha 0.99, eps 1e-8)",
            parameters -> new RMSprop(parameters, new RMSpropOptions(RATE))),
        optimizer("torch-adagrad", "Adagrad, defaults (eps 1e-10)",
            parameters -> new Adagrad(parameters, new AdagradOptions(RATE))),
        Torch.file("torch-clip-norm", clipping, type -> clipNorm(1.5, type)),
        Torch.file("torch-clip-norm-idle", clipping, type -> clipNorm(100, type)));
  }

  private static Map<String, Numbers> crossEntropy(ScalarType type) {
    int T = 5;
    int B = 3;
    int V = 7;
    long[] labels = {0, 3, 6, 4, 2, 0, 6, 5, 5, 5, 6, 1, 2, 4, 0};
    Tensor logits = Torch.variable(new Sines().next(3, T, B, V), type);
    Tensor loss = torch.cross_entropy(logits.reshape(labels.length, V), Torch.labels(labels));
    loss.backward();

    Map<String, Numbers> record = new LinkedHashMap<>();
    record.put("logits", Torch.numbers(logits));
    double[] labelValues = Arrays.stream(labels).asDoubleStream().toArray();
    record.put("labels", new Numbers(new long[] {T, B}, labelValues));
    record.put("loss", Torch.numbers(loss));
    record.put("dlogits", Torch.numbers(logits.grad()));
    return record;
  }

  private static SGDOptions momentum() {
    var options = new SGDOptions(RATE);
    options.momentum().put(0.8);
    return options;
  }

  private static GoldenFile optimizer(
      String name, String what, Function<TensorVector, Optimizer> optimizer) {
    return Torch.file(
        name,
        what + ", lr 0.1: before, gradients of 5 steps [5, 7], parameters after each step [5, 7].",
        type -> steps(optimizer, type));
  }

  private static Map<String, Numbers> steps(
      Function<TensorVector, Optimizer> made, ScalarType type) {
    int steps = 5;
    int size = 7;
    Sines sines = new Sines();
    Numbers before = sines.next(1, size);
    Numbers gradients = sines.next(2, steps, size);
    double[] after = new double[steps * size];

    Tensor parameters = Torch.variable(before, type);
    Optimizer optimizer = made.apply(new TensorVector(parameters));
    Tensor all = Torch.tensor(gradients, type);
    for (int step = 0; step < steps; step++) {
      optimizer.zero_grad();
      giveGradient(parameters, all.select(0, step));
      optimizer.step();
      System.arraycopy(Torch.numbers(parameters).values(), 0, after, step * size, size);
    }

    Map<String, Numbers> record = new LinkedHashMap<>();
    record.put("before", before);
    record.put("gradients", gradients);
    record.put("after", new Numbers(gradients.shape(), after));
    return record;
  }

  private static Map<String, Numbers> clipNorm(double maxNorm, ScalarType type) {
    Sines sines = new Sines();
    Map<String, Numbers> record = new LinkedHashMap<>();
    record.put("dW", sines.next(1, 6, 4));
    record.put("dU", sines.next(0.5, 6, 3));
    record.put("db", sines.next(2, 6));
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    record.forEach(
        (name, gradient) -> {
          Tensor parameter = Torch.variable(gradient, type);
          giveGradient(parameter, Torch.tensor(gradient, type));
          parameters.put(name, parameter);
        });

    var vector = new TensorVector(parameters.values().toArray(new Tensor[0]));
    record.put("max_norm", Numbers.scalar(maxNorm));
    record.put("norm", Numbers.scalar(torch.clip_grad_norm_(vector, maxNorm)));
    parameters.forEach(
        (name, parameter) -> record.put(name + "_clipped", Torch.numbers(parameter.grad())));
    return record;
  }

  /// The gradient of `sum(parameter * gradient)` with respect to `parameter` is `gradient`.
  private static void giveGradient(Tensor parameter, Tensor gradient) {
    parameter.mul(gradient).sum().backward();
  }
}
