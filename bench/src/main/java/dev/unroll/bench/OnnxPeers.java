package dev.unroll.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.unroll.Engine;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// Streaming models as ONNX files, run by this library and by ONNX Runtime in turns, on one thread
/// each: the state that a call gives goes into the next, the other inputs are new numbers in each
/// call. Medians of single calls (`bench/onnx`).
final class OnnxPeers {
  /// Calls that one of the two makes before it is the other's turn.
  private static final int TURN = 200;

  private static final int STREAMS = 64;

  private OnnxPeers() {}

  /// A model with an output that goes into an input.
  private record Case(String name, String file, String state, String next) {}

  private static final List<Case> CASES = List.of(
      new Case("Silero VAD, opset 15", "pretrained-silero-vad/silero_vad_16k_op15.onnx", "state",
          "stateN"),
      new Case("Silero VAD, opset 16", "pretrained-silero-vad/silero_vad_openvino_16k.onnx",
          "state", "stateN"),
      new Case("DTLN, first stage", "pretrained-dtln/model_1.onnx", "input_3",
          "tf_op_layer_stack_2"),
      new Case("DTLN, second stage", "pretrained-dtln/model_2.onnx", "input_5",
          "tf_op_layer_stack_5"));

  /// Times the models in turns, and prints a line for each.
  ///
  /// @param words the folder of the models, and the seconds for each model
  public static void main(String... words) throws IOException, OrtException {
    double seconds = Double.parseDouble(words[1]);
    System.out.printf(Locale.ROOT, "%-22s %12s %12s %7s %16s %9s %12s%n", "model", "Unroll, µs",
        "ORT, µs", "ratio", "64 streams, µs", "per ORT", "difference");
    for (var each : CASES) {
      compare(each, Path.of(words[0]), seconds);
    }
  }

  private static void compare(Case each, Path folder, double seconds)
      throws IOException, OrtException {
    var file = folder.resolve(each.file);
    try (var ours = new Ours(each, OnnxModel.load(file, Engine.of(1)));
        var theirs = new Theirs(each, file, ours.model)) {
      double difference = difference(ours, theirs);
      var times = new LinkedHashMap<Peer, List<Long>>();
      times.put(ours, new ArrayList<>());
      times.put(theirs, new ArrayList<>());
      long warm = System.nanoTime() + (long) (seconds * 0.4e9);
      long end = System.nanoTime() + (long) (seconds * 1e9);
      while (System.nanoTime() < end) {
        for (var peer : times.keySet()) {
          for (int i = 0; i < TURN; i++) {
            long start = System.nanoTime();
            peer.call();
            long passed = System.nanoTime() - start;
            if (start > warm) {
              times.get(peer).add(passed);
            }
          }
        }
      }
      double streams = streams(ours, seconds / 2);
      double own = median(times.get(ours));
      double other = median(times.get(theirs));
      System.out.printf(Locale.ROOT, "%-22s %12.1f %12.1f %7.2f %16.1f %9.2f %12.2e%n", each.name,
          own, other, own / other, streams, other / (streams / STREAMS), difference);
    }
  }

  /// Microseconds of a call with many streams.
  private static double streams(Ours ours, double seconds) {
    var times = new ArrayList<Long>();
    ours.begin(STREAMS);
    long warm = System.nanoTime() + (long) (seconds * 0.4e9);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      ours.calls(STREAMS);
      if (start > warm) {
        times.add(System.nanoTime() - start);
      }
    }
    return median(times);
  }

  private static double difference(Ours ours, Theirs theirs) throws OrtException {
    double largest = 0;
    for (int i = 0; i < 50; i++) {
      ours.call();
      theirs.call();
      for (int k = 0; k < ours.answer.length; k++) {
        largest = Math.max(largest, Math.abs(ours.answer[k] - theirs.answer[k]));
      }
    }
    return largest;
  }

  private static double median(List<Long> nanoseconds) {
    var sorted = nanoseconds.stream().mapToLong(n -> n).sorted().toArray();
    return sorted[sorted.length / 2] / 1e3;
  }

  /// One of the two.
  private interface Peer extends AutoCloseable {
    void call() throws OrtException;

    @Override
    default void close() throws OrtException {}
  }

  /// The inputs of a call but the state: numbers in turns from a list that both have.
  private static final class Inputs {
    private final float[][] numbers = new float[16][];
    private int next;

    Inputs(int size) {
      var random = new Random(7);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = new float[size];
        for (int k = 0; k < size; k++) {
          numbers[i][k] = random.nextFloat(-0.5f, 0.5f);
        }
      }
    }

    float[] next() {
      next = (next + 1) % numbers.length;
      return numbers[next];
    }
  }

  private static int[] shape(OnnxModel model, String name) {
    var input = model.inputs().stream().filter(i -> i.name().equals(name)).findFirst()
        .orElseThrow();
    return input.shape().orElseThrow().stream()
        .mapToInt(size -> size.equals("sequence") ? 576
            : Character.isDigit(size.charAt(0)) ? Integer.parseInt(size) : 1).toArray();
  }

  private static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private static final class Ours implements Peer {
    private final Case which;
    private final OnnxModel model;
    private final Map<String, OnnxTensor> given = new LinkedHashMap<>();
    private final String input;
    private final int[] shape;
    private final Inputs numbers;
    private float[] answer = {};

    Ours(Case which, OnnxModel model) {
      this.which = which;
      this.model = model;
      input = model.inputs().getFirst().name();
      shape = shape(model, input);
      numbers = new Inputs(size(shape));
      begin(1);
    }

    private void begin(int streams) {
      given.clear();
      for (var each : model.inputs()) {
        int[] of = shape(model, each.name());
        if (each.name().equals("sr")) {
          given.put("sr", OnnxTensor.of(new long[] {16000}));
        } else {
          int[] all = streams == 1 ? of : stacked(streams, of);
          given.put(each.name(), OnnxTensor.of(new float[size(all)], all));
        }
      }
    }

    private static int[] stacked(int streams, int... shape) {
      var all = new int[shape.length + 1];
      all[0] = streams;
      System.arraycopy(shape, 0, all, 1, shape.length);
      return all;
    }

    @Override
    public void call() {
      given.put(input, OnnxTensor.of(numbers.next(), shape));
      var outputs = model.run(given);
      given.put(which.state, outputs.get(which.next));
      answer = outputs.entrySet().stream().filter(o -> !o.getKey().equals(which.next)).findFirst()
          .orElseThrow().getValue().floats();
    }

    void calls(int streams) {
      var all = new float[streams * size(shape)];
      for (int i = 0; i < streams; i++) {
        System.arraycopy(numbers.next(), 0, all, i * size(shape), size(shape));
      }
      given.put(input, OnnxTensor.of(all, stacked(streams, shape)));
      var outputs = model.runStreams(streams, given);
      given.put(which.state, outputs.get(which.next));
    }
  }

  private static final class Theirs implements Peer {
    private final Case which;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final int[] shape;
    private final Inputs numbers;
    private final boolean hasRate;
    private final long[] stateShape;
    private float[] state;
    private float[] answer = {};

    Theirs(Case which, Path file, OnnxModel model) throws OrtException {
      this.which = which;
      var options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(file.toString(), options);
      input = model.inputs().getFirst().name();
      shape = shape(model, input);
      numbers = new Inputs(size(shape));
      hasRate = session.getInputNames().contains("sr");
      stateShape = longs(shape(model, which.state));
      state = new float[size(shape(model, which.state))];
    }

    private static long[] longs(int... shape) {
      return Arrays.stream(shape).asLongStream().toArray();
    }

    @Override
    public void call() throws OrtException {
      var given = new LinkedHashMap<String, ai.onnxruntime.OnnxTensor>();
      given.put(input, ai.onnxruntime.OnnxTensor.createTensor(environment,
          FloatBuffer.wrap(numbers.next()), longs(shape)));
      given.put(which.state, ai.onnxruntime.OnnxTensor.createTensor(environment,
          FloatBuffer.wrap(state), stateShape));
      if (hasRate) {
        given.put("sr", ai.onnxruntime.OnnxTensor.createTensor(environment,
            LongBuffer.wrap(new long[] {16000}), new long[0]));
      }
      try (var result = session.run(given)) {
        for (var output : result) {
          var buffer = ((ai.onnxruntime.OnnxTensor) output.getValue()).getFloatBuffer();
          var values = new float[buffer.remaining()];
          buffer.get(values);
          if (output.getKey().equals(which.next)) {
            state = values;
          } else {
            answer = values;
          }
        }
      } finally {
        given.values().forEach(ai.onnxruntime.OnnxTensor::close);
      }
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }
}
