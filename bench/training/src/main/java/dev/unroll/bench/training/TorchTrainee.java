package dev.unroll.bench.training;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Padded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// Trains by libtorch: its LSTM (oneDNN inside), cross-entropy, `clip_grad_norm_` and Adam. The
/// second bias of a cell stays zero, as ours has one.
final class TorchTrainee {
  private static final List<String> GATES = List.of("i", "f", "g", "o");

  private final Workload workload;
  private final double dropout;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Map<String, TensorVector> cells = new LinkedHashMap<>();
  private final TensorVector trained = new TensorVector();
  private final Adam adam;
  private @Nullable TensorVector states;

  private TorchTrainee(Workload workload, double dropout, Path file) throws IOException {
    this.workload = workload;
    this.dropout = dropout;
    WeightFile.read(file, (name, rows, columns, part, from, length) -> {
      var weight = weights.computeIfAbsent(name,
          _ -> columns == 1 ? torch.empty(rows) : torch.empty(rows, columns));
      try (FloatPointer to = weight.data_ptr_float()) {
        to.position(from).put(part, 0, length);
      }
    });
    weights.keySet().stream().filter(name -> name.endsWith(".Ui"))
        .map(name -> name.substring(0, name.length() - 3)).toList().forEach(this::stack);
    weights.values().forEach(this::train);
    adam = new Adam(trained, new AdamOptions(Workload.RATE));
  }

  private void train(Tensor weight) {
    weight.set_requires_grad(true);
    trained.push_back(weight);
  }

  /// Makes the gates of a layer one matrix.
  private void stack(String layer) {
    var all = new TensorVector();
    for (var kind : List.of("W", "U", "b")) {
      var gates = new TensorVector();
      for (var gate : GATES) {
        gates.push_back(requireNonNull(weights.remove(layer + "." + kind + gate)));
      }
      Tensor stacked;
      try (var _ = new NoGradGuard()) {
        stacked = torch.cat(gates, 0);
      }
      train(stacked);
      all.push_back(stacked);
    }
    all.push_back(torch.zeros(4L * workload.hidden));
    cells.put(layer, all);
  }

  /// Trains, a turn for each line of the input.
  ///
  /// @param args model, threads, dropout, and the file of the initial weights
  public static void main(String... args) throws IOException {
    var workload = Workload.of(args[0]);
    torch.set_num_threads(Integer.parseInt(args[1]));
    var trainee =
        new TorchTrainee(workload, Double.parseDouble(args[2]), Path.of(args[3]));
    var batches = workload.batches();
    var turns = new Turn(0, workload, batches);
    for (int i = 0;; i = (i + 1) % batches.count()) {
      double loss;
      long start = System.nanoTime();
      try (var _ = new PointerScope()) {
        loss = trainee.step(batches, i);
      }
      turns.stepped(loss, (System.nanoTime() - start) / 1e9);
    }
  }

  private double step(Batches batches, int i) {
    var batch = batches.batch(0, i);
    adam.zero_grad();
    var loss = switch (workload) {
      case CHARACTERS, WORDS, TIED -> text(batch);
      case TAGGER -> tags(batch);
      case TRANSLATION -> translation(batch);
      case PIXELS -> pixels(batch);
    };
    loss.backward();
    torch.clip_grad_norm_(trained, 1);
    adam.step();
    return loss.item_float();
  }

  private Tensor weight(String name) {
    return requireNonNull(weights.get(name), name);
  }

  private Tensor drop(Tensor h) {
    return dropout > 0 ? torch.dropout(h, dropout, true) : h;
  }

  private TensorVector parameters(String... layers) {
    var all = new TensorVector();
    for (var layer : layers) {
      var cell = requireNonNull(cells.get(layer), layer);
      for (long i = 0; i < cell.size(); i++) {
        all.push_back(cell.get(i));
      }
    }
    return all;
  }

  private Tensor lstm(Tensor x, TensorVector from, String... layers) {
    return torch.lstm(x, from, parameters(layers), true, layers.length,
        layers.length > 1 ? dropout : 0, true, false, false).get0();
  }

  private TensorVector zeros(int layers) {
    long[] shape = {layers, workload.batch, workload.hidden};
    return new TensorVector(torch.zeros(shape), torch.zeros(shape));
  }

  private Tensor embedded(String table, long[] symbols, long... shape) {
    return torch.embedding(weight(table), integers(symbols)).reshape(shape);
  }

  private Tensor output(Tensor h, String matrix) {
    long size = h.size(h.dim() - 1);
    return torch.linear(h.reshape(-1, size), weight(matrix), weight("output.c"));
  }

  private static Tensor integers(long[] numbers) {
    try (var pointer = new LongPointer(numbers)) {
      return torch.from_blob(pointer, new long[] {numbers.length}, torch.dtype(ScalarType.Long))
          .clone();
    }
  }

  private static long[] symbols(Padded padded) {
    int n = padded.steps() * padded.batch();
    return IntStream.range(0, n).mapToLong(i -> padded.symbols()[i]).toArray();
  }

  private Tensor text(Batch batch) {
    var x = embedded("embedding.E", symbols(batch.input()), batch.input().steps(), workload.batch,
        workload.embedding);
    var from = states == null || !batch.continues() ? zeros(workload.layers) : states;
    var layers =
        IntStream.range(0, workload.layers).mapToObj(l -> "layer" + l).toArray(String[]::new);
    var out = torch.lstm(x, from, parameters(layers), true, layers.length,
        layers.length > 1 ? dropout : 0, true, false, false);
    keep(new TensorVector(out.get1().detach(), out.get2().detach()));
    var logits = output(drop(out.get0()),
        workload == Workload.TIED ? "embedding.E" : "output.V");
    return torch.cross_entropy(logits, integers(symbols(batch.target())));
  }

  /// Keeps states beyond the scope of a step.
  private void keep(TensorVector next) {
    if (states != null) {
      states.releaseReference();
    }
    states = next.retainReference();
  }

  /// Packed: sorted by length, and of each step the samples that it has.
  private Tensor tags(Batch batch) {
    int size = workload.batch;
    var lengths = batch.input().lengths();
    var order = IntStream.range(0, size).boxed()
        .sorted(Comparator.comparingInt(b -> -lengths[b])).mapToInt(b -> b).toArray();
    int longest = batch.input().steps();
    long[] sizes = new long[longest];
    int all = Arrays.stream(lengths).sum();
    long[] symbols = new long[all];
    long[] classes = new long[all];
    int n = 0;
    for (int t = 0; t < longest; t++) {
      for (int b : order) {
        if (t < lengths[b]) {
          sizes[t]++;
          symbols[n] = batch.input().symbols()[t * size + b];
          classes[n++] = batch.target().symbols()[t * size + b];
        }
      }
    }
    var x = embedded("embedding.E", symbols, all, workload.embedding);
    var h = torch.lstm(x, integers(sizes), zeros(2),
        parameters("layer0.forward", "layer0.backward"), true, 1, 0, true, true).get0();
    return torch.cross_entropy(output(drop(h), "output.V"), integers(classes));
  }

  private Tensor translation(Batch batch) {
    int size = workload.batch;
    int time = workload.time;
    var memory = drop(lstm(
        embedded("embedding.E", symbols(batch.input()), time, size, workload.embedding), zeros(1),
        "encoder.layer0"));
    long[] target = symbols(batch.target());
    long[] said = new long[target.length + size];
    long[] wanted = Arrays.copyOf(target, said.length);
    Arrays.fill(said, 0, size, workload.symbols);
    System.arraycopy(target, 0, said, size, target.length);
    Arrays.fill(wanted, target.length, wanted.length, workload.symbols);
    var h = drop(lstm(
        embedded("decoder.feedback.E", said, time + 1L, size, workload.embedding), zeros(1),
        "decoder.layer0")).transpose(0, 1);
    var keys = torch.linear(memory, weight("decoder.attention.keys.U")).permute(1, 2, 0);
    var weights = torch.softmax(torch.bmm(h, keys), -1);
    var contexts = torch.bmm(weights, memory.transpose(0, 1));
    var joint = torch.cat(new TensorVector(h, contexts), -1).transpose(0, 1);
    var vector = torch.tanh(torch.linear(joint.reshape(-1, 2L * workload.hidden),
        weight("decoder.combination.V"), weight("decoder.combination.c")));
    return torch.cross_entropy(output(vector, "output.V"), integers(wanted));
  }

  private Tensor pixels(Batch batch) {
    var features = batch.input().features();
    Tensor x;
    try (var pointer = new FloatPointer((long) workload.time * workload.batch)) {
      pointer.put(features.array(), features.offset(), workload.time * workload.batch);
      x = torch.from_blob(pointer, new long[] {workload.time, workload.batch, 1}).clone();
    }
    var h = lstm(x, zeros(1), "layer0").select(0, workload.time - 1);
    return torch.cross_entropy(output(drop(h), "output.V"), integers(symbols(batch.target())));
  }
}
