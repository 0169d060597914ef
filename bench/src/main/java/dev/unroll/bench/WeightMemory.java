package dev.unroll.bench;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What a model takes of the heap after a garbage collection, for each precision: loaded from a
/// file, and with a stepper, whose kernels have the weights in their own layout.
final class WeightMemory {
  private static final int LAYERS = 2;

  private WeightMemory() {}

  /// Prints a line for each precision.
  ///
  /// @param words H, 1024 if it is not given
  public static void main(String... words) throws IOException {
    int hidden = words.length == 0 ? 1024 : Integer.parseInt(words[0]);
    var folder = Files.createTempDirectory("weights");
    try (var engine = Engine.of(1)) {
      write(folder, hidden);
      for (var precision : Precision.values()) {
        measure(file(folder, precision), precision, engine);
      }
    } finally {
      for (var precision : Precision.values()) {
        Files.deleteIfExists(file(folder, precision));
      }
      Files.delete(folder);
    }
  }

  private static Path file(Path folder, Precision precision) {
    return folder.resolve(precision + ".safetensors");
  }

  private static void write(Path folder, int hidden) throws IOException {
    var model = SequenceToVector.of(Inputs.features(hidden),
        RecurrentStack.of(Lstm.cell(), hidden).layers(LAYERS), Outputs.classes(10));
    for (var precision : Precision.values()) {
      model.withWeights(precision).save(file(folder, precision));
    }
  }

  private static void measure(Path file, Precision precision, Engine engine)
      throws IOException {
    step(file, engine); // what is allocated once in a process
    double before = heap();
    var model = (SequenceToVector) Structure.load(file);
    double loaded = heap();
    var stepper = model.stepper(engine, 1);
    double stepped = heap();
    System.out.printf(Locale.ROOT, "%-8s  file %6.1f MB, model %6.1f MB, with a stepper %6.1f MB%n",
        precision, Files.size(file) / 1e6, loaded - before, stepped - before);
    Reference.reachabilityFence(stepper);
    Reference.reachabilityFence(model);
  }

  private static void step(Path file, Engine engine) throws IOException {
    Reference.reachabilityFence(((SequenceToVector) Structure.load(file)).stepper(engine, 1));
  }

  /// The megabytes of the heap that are in use.
  private static double heap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }
}
