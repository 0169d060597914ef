package dev.unroll.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

/// Computes every case and writes its file, or with `check` only compares.
///
/// libtorch computes in `double`, which after rounding is the same on every machine. ONNX Runtime
/// knows `float` alone, whose last bits depend on the processor's vector unit; a file that differs
/// by no more than that is left as it is, so that the files do not change with the machine.
public final class GoldenFiles {
  private static final double FLOAT_ROUNDING = 1e-6;

  private GoldenFiles() {}

  /// Arguments: `write` or `check`, and the folder.
  public static void main(String[] arguments) throws IOException {
    boolean write = arguments[0].equals("write");
    Path folder = Path.of(arguments[1]).normalize();
    List<GoldenFile> files =
        Stream.of(TorchRecurrent.files(), TorchEquations.files(), TorchTraining.files(),
            OnnxRecurrent.files(),
            OnnxExported.files())
            .flatMap(stream -> stream)
            .toList();

    StringJoiner index = new StringJoiner("\n", "", "\n");
    for (GoldenFile file : files) {
      index.add(file.name());
      put(folder.resolve(file.name() + ".json"), file.text(), write);
    }
    put(folder.resolve("index.txt"), index.toString(), write);
  }

  private static void put(Path file, String text, boolean write) throws IOException {
    double difference = difference(file, text);
    String verdict;
    if (difference == 0) {
      verdict = "same bytes";
    } else if (difference <= FLOAT_ROUNDING) {
      verdict = "same but for the rounding of float, largest difference " + difference;
    } else if (write) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      verdict = "written";
    } else { // dev/golden looks for the first word
      verdict = "DIFFERS, run dev/golden and look at the differences in git";
    }
    System.out.println(file.getFileName() + ": " + verdict);
  }

  private static double difference(Path file, String text) throws IOException {
    try {
      String there = Files.readString(file);
      return there.equals(text) ? 0 : Math.max(Double.MIN_VALUE, Difference.largest(there, text));
    } catch (NoSuchFileException e) {
      return Double.POSITIVE_INFINITY;
    }
  }
}
