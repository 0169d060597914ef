package dev.unroll.golden;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Compares the grid of RNN, GRU and LSTM nodes that `OnnxRecurrentGridTest` writes with ONNX
/// Runtime: which combinations it runs, how far apart the results are, and which it decides
/// otherwise.
public final class OnnxGrid {
  /// Of a number, and relative to one above 1.
  private static final double SAME = 1e-5;

  private final Map<String, Integer> refused = new TreeMap<>();
  private final Map<String, Integer> different = new TreeMap<>();
  private int cases;
  private int same;
  private int butEmpty;
  private double largest;

  /// Arguments: `check`, and the folder of the cases.
  public static void main(String[] arguments) throws IOException {
    // What it refuses is counted here, and not to be logged.
    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    OnnxGrid grid = new OnnxGrid();
    List<Path> folders;
    try (Stream<Path> all = Files.list(Path.of(arguments[1]))) {
      folders = all.filter(Files::isDirectory).sorted().toList();
    }
    for (Path folder : folders) {
      grid.add(folder);
    }
    System.out.print(grid.text());
  }

  private void add(Path folder) throws IOException {
    cases++;
    String what = Files.readString(folder.resolve("case.txt")).strip();
    byte[] bytes = Files.readAllBytes(folder.resolve("model.onnx"));
    OnnxModel model = OnnxModel.read(bytes);
    Map<String, OnnxTensor> inputs = new TreeMap<>();
    for (var input : model.inputs()) {
      inputs.put(input.name(), OnnxTensor.read(folder.resolve(input.name() + ".npy")));
    }
    Map<String, OnnxTensor> theirs;
    try {
      theirs = OnnxExported.run(bytes, inputs);
    } catch (IOException e) {
      refused.merge(reason(String.valueOf(e.getMessage())), 1, Integer::sum);
      return;
    }
    Map<String, OnnxTensor> ours = model.run(inputs);
    int empty = empty(inputs);
    double all = 0;
    double rest = 0;
    for (var output : ours.entrySet()) {
      OnnxTensor other = requireNonNull(theirs.get(output.getKey()));
      all = Math.max(all, difference(output.getValue(), other, -1));
      rest = Math.max(rest, difference(output.getValue(), other, empty));
    }
    if (all <= SAME) {
      same++;
      largest = Math.max(largest, all);
    } else if (rest <= SAME) {
      butEmpty++;
      largest = Math.max(largest, rest);
    } else {
      different.merge(kind(what), 1, Integer::sum);
    }
  }

  /// What ONNX Runtime says, without where in its sources it says so.
  private static String reason(String message) {
    return message.replaceAll("(?s)\\s+", " ").strip().replaceAll("^.*(Exception during "
        + "initialization:|Status Message:|Error code - ORT_\\w+ - message:) *", "")
        .replaceAll("/\\S+?:\\d+ ?", "");
  }

  /// What a combination computes, without its direction and inputs.
  private static String kind(String what) {
    return what.replaceFirst(" (forward|reverse|bidirectional), layout 0", "")
        .replaceAll(", (lengths|bias and states|peepholes|input_forget|linear_before_reset)", "");
  }

  /// The sample of length 0; -1 if there is none.
  private static int empty(Map<String, OnnxTensor> inputs) {
    OnnxTensor lengths = inputs.get("in4");
    if (lengths != null) {
      long[] all = lengths.longs();
      for (int b = 0; b < all.length; b++) {
        if (all[b] == 0) {
          return b;
        }
      }
    }
    return -1;
  }

  /// @param without a sample that is left out; -1 for none
  private static double difference(OnnxTensor ours, OnnxTensor theirs, int without) {
    float[] a = ours.floats();
    float[] b = theirs.floats();
    int[] shape = ours.shape();
    int batch = shape[shape.length - 2]; // layout 0, the only one that ONNX Runtime has
    int hidden = shape[shape.length - 1];
    double largest = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
    for (int k = 0; k < Math.min(a.length, b.length); k++) {
      if (k / hidden % batch != without) {
        double apart = Math.abs((double) a[k] - b[k]) / Math.max(1, Math.abs(a[k]));
        largest = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(largest, apart);
      }
    }
    return largest;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int refusals = refused.values().stream().mapToInt(n -> n).sum();
    int differences = different.values().stream().mapToInt(n -> n).sum();
    text.append("%d combinations, of which ONNX Runtime %s runs %d%n".formatted(cases,
        System.getProperty("onnxruntime.version"), cases - refusals));
    text.append("%d give the same, and %d but for a sequence of length 0: largest difference %.1e%n"
        .formatted(same, butEmpty, largest));
    text.append("%d differ by more than %.0e%n".formatted(differences, SAME));
    different.forEach((kind, n) -> text.append("  %3d %s%n".formatted(n, kind)));
    text.append("%d are refused%n".formatted(refusals));
    refused.forEach((reason, n) -> text.append("  %3d %s%n".formatted(n, reason)));
    return text.toString();
  }
}
