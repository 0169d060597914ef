package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.format.SourceBytes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir
  Path folder;

  /// An IDX file whose data are `first`, `first + 1`, … modulo 256.
  private static byte[] idx(int first, int... shape) {
    int size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    var bytes = ByteBuffer.allocate(4 + 4 * shape.length + size);
    bytes.putInt(0x800 + shape.length);
    for (int dimension : shape) {
      bytes.putInt(dimension);
    }
    for (int i = 0; i < size; i++) {
      bytes.put((byte) (first + i));
    }
    return bytes.array();
  }

  @BeforeEach
  void writeASmallSet() throws Exception {
    Files.write(folder.resolve("train-images-idx3-ubyte"), idx(0, 2, 28, 28));
    try (var out = new GZIPOutputStream(
        Files.newOutputStream(folder.resolve("train-labels-idx1-ubyte.gz")))) {
      out.write(idx(8, 2));
    }
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), idx(100, 1, 28, 28));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idx(3, 1));
  }

  private static float[] pixels(Example example) {
    return ((Features) example.input()).values();
  }

  private static int label(Example example) {
    return ((Symbols) example.target()).symbols()[0];
  }

  @Test
  void imagesAreReadByRowsAndByPixels() {
    var mnist = Mnist.read(folder);
    var rows = mnist.byRows();
    assertThat(rows).hasToString("Split(2 to train, 0 to validate, 1 to test)");
    var second = rows.train().get(1);
    assertThat(second.input()).hasToString("28 × 28 features");
    // Image 1 begins with byte 784 % 256 = 16.
    assertThat(pixels(second)[0]).isEqualTo(16 / 255f);
    assertThat(label(second)).isEqualTo(9);
    assertThat(label(rows.test().getFirst())).isEqualTo(3);
    var byPixels = mnist.byPixels().train().get(1);
    assertThat(byPixels.input()).hasToString("784 × 1 features");
    assertThat(pixels(byPixels)).containsExactly(pixels(second));
  }

  @Test
  void thePermutationIsOneForAllImagesAndTheSeedDecidesIt() {
    var mnist = Mnist.read(folder);
    float[] plain = pixels(mnist.byPixels().train().get(0));
    float[] permuted = pixels(mnist.byPermutedPixels(1).train().get(0));
    assertThat(permuted).isNotEqualTo(plain).containsExactlyInAnyOrder(plain);
    assertThat(pixels(mnist.byPermutedPixels(1).train().get(0))).isEqualTo(permuted);
    assertThat(pixels(mnist.byPermutedPixels(2).train().get(0))).isNotEqualTo(permuted);
    // Pixel i of image 1 is 16 more than that of image 0, modulo 256, in any order.
    float[] other = pixels(mnist.byPermutedPixels(1).train().get(1));
    for (int p = 0; p < 784; p++) {
      assertThat(Math.round(other[p] * 255)).isEqualTo((Math.round(permuted[p] * 255) + 16) % 256);
    }
  }

  private void assertRefused(String file, byte[] content, String message) throws Exception {
    Files.write(folder.resolve(file), content);
    assertThatThrownBy(() -> Mnist.read(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(folder.resolve(file) + message);
  }

  @Test
  void damageIsNamed() throws Exception {
    String images = "t10k-images-idx3-ubyte";
    assertRefused(
        images,
        new byte[3],
        " is not IDX of bytes with 3 dimensions; give the file of MNIST as it is distributed.");
    assertRefused(
        images,
        idx(0, 784),
        " is not IDX of bytes with 3 dimensions; give the file of MNIST as it is distributed.");
    byte[] cut = Arrays.copyOf(idx(0, 1, 28, 28), 700);
    assertRefused(
        images,
        cut,
        " has 684 bytes of data, but its head says [1, 28, 28]; fetch it again.");
    var hostile = ByteBuffer.wrap(idx(0, 1, 28, 28));
    hostile.putInt(4, Integer.MAX_VALUE).putInt(8, Integer.MAX_VALUE).putInt(12, Integer.MAX_VALUE);
    assertThatThrownBy(() -> Idx.of(new SourceBytes("hostile", hostile.array()), 3))
        .isInstanceOf(DataException.class);
    assertRefused(
        images,
        idx(0, 2, 28, 28),
        " has 2 images of 28 × 28 for 1 labels, expected a label for each image of 28 × 28.");
    Files.write(folder.resolve(images), idx(0, 1, 28, 28));
    assertRefused(
        "t10k-labels-idx1-ubyte",
        idx(10, 1),
        ": label 0 is 10, expected 0 … 9; fetch the file again.");
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    assertThatThrownBy(() -> Mnist.read(folder))
        .hasMessage(
            folder.resolve("t10k-labels-idx1-ubyte") + ": there is no such file; check the path.");
  }

  @Test
  void theWholeSetIsTheOneThatEverybodyUses() {
    String data = System.getenv("UNROLL_DATA");
    assumeTrue(data != null, "set UNROLL_DATA to a folder with the folder mnist");
    var split = Mnist.read(Path.of(data, "mnist")).byRows();
    assertThat(split).hasToString("Split(60,000 to train, 0 to validate, 10,000 to test)");
    // Read off the files with another program.
    assertThat(split.train().subList(0, 10).stream().map(MnistTest::label))
        .containsExactly(5, 0, 4, 1, 9, 2, 1, 3, 1, 4);
    assertThat(split.test().subList(0, 5).stream().map(MnistTest::label))
        .containsExactly(7, 2, 1, 0, 4);
    float sum = 0;
    for (float pixel : pixels(split.train().getFirst())) {
      sum += pixel * 255;
    }
    assertThat(Math.round(sum)).isEqualTo(27_525);
  }
}
