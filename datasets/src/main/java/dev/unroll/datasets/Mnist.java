package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.format.SourceBytes;
import dev.unroll.tensor.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// MNIST: images of handwritten digits, 28 × 28, 60,000 for training and 10,000 for test (LeCun,
/// Bottou, Bengio, Haffner 1998), read by rows or by pixels: sequence → vector with 10 classes.
/// Brightness is `byte / 255`, from 0 to 1.
///
/// It does not ship with the program; the four files may be plain or `.gz`.
public final class Mnist {
  /// The number of classes.
  public static final int CLASSES = 10;

  private static final int SIDE = 28;
  /// The pixels of an image, the steps of a sequence of them.
  public static final int PIXELS = SIDE * SIDE;

  private final Idx trainImages;
  private final Idx trainLabels;
  private final Idx testImages;
  private final Idx testLabels;

  private Mnist(Path folder) {
    trainImages = Idx.of(SourceBytes.in(folder, "train-images-idx3-ubyte"), 3);
    trainLabels = Idx.of(SourceBytes.in(folder, "train-labels-idx1-ubyte"), 1);
    testImages = Idx.of(SourceBytes.in(folder, "t10k-images-idx3-ubyte"), 3);
    testLabels = Idx.of(SourceBytes.in(folder, "t10k-labels-idx1-ubyte"), 1);
    trainImages.requireImagesFor(trainLabels, SIDE, CLASSES);
    testImages.requireImagesFor(testLabels, SIDE, CLASSES);
  }

  /// Reads the four files of a folder.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if one is missing or damaged
  public static Mnist read(Path folder) {
    return new Mnist(folder);
  }

  /// An image as 28 steps of 28 pixels, from the top down. Nothing is held out for validation:
  /// `Split.holdOut` does.
  public Split byRows() {
    return split(SIDE, IntStream.range(0, PIXELS).toArray());
  }

  /// An image as 784 steps of one pixel, row after row.
  public Split byPixels() {
    return split(1, IntStream.range(0, PIXELS).toArray());
  }

  /// An image as 784 steps of one pixel, in one random order for all images, which depends on the
  /// seed alone (Le, Jaitly, Hinton 2015).
  public Split byPermutedPixels(long seed) {
    return split(1, CounterRandom.of(seed).stream("permuted pixels").permutation(0, PIXELS));
  }

  private Split split(int columns, int[] order) {
    return new Split(
        examples(trainImages, trainLabels, columns, order),
        List.of(),
        examples(testImages, testLabels, columns, order));
  }

  private static List<Example> examples(Idx images, Idx labels, int columns, int[] order) {
    var examples = new ArrayList<Example>(images.count());
    for (int i = 0; i < images.count(); i++) {
      float[] pixels = new float[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        pixels[p] = images.at(i * PIXELS + order[p]) / 255f;
      }
      examples.add(new Example(new Features(pixels, columns), Symbols.of(labels.at(i))));
    }
    return examples;
  }
}
