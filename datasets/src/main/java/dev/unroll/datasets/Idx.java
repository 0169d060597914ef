package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.datasets.format.SourceBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/// A file of bytes in the IDX format of MNIST: two zeros, the type (8: unsigned bytes), the number
/// of dimensions, each dimension as a big-endian int, then the bytes.
final class Idx {
  private static final int UNSIGNED_BYTES = 8;

  private final SourceBytes source;
  private final int[] shape;
  private final int start;

  private Idx(SourceBytes source, int[] shape) {
    this.source = source;
    this.shape = shape;
    start = 4 + 4 * shape.length;
  }

  /// Reads a file with this number of dimensions.
  ///
  /// @throws DataException if it is something else or its length differs from its header
  static Idx of(SourceBytes source, int dimensions) {
    byte[] bytes = source.bytes();
    int head = 4 + 4 * dimensions;
    if (bytes.length < head
        || bytes[0] != 0
        || bytes[1] != 0
        || bytes[2] != UNSIGNED_BYTES
        || bytes[3] != dimensions) {
      throw new DataException(
          "%s is not IDX of bytes with %d dimensions; give the file of MNIST as it is distributed."
              .formatted(source.name(), dimensions));
    }
    var in = ByteBuffer.wrap(bytes, 4, head - 4);
    int[] shape = new int[dimensions];
    long size = 1;
    for (int d = 0; d < dimensions; d++) {
      shape[d] = in.getInt();
      // A negative size, or one that overflows, results in a size that no file has.
      size = shape[d] < 0 || size > bytes.length ? Long.MAX_VALUE : size * shape[d];
    }
    if (size != bytes.length - head) {
      throw new DataException(
          String.format(Locale.ROOT,
              "%s has %,d bytes of data, but its head says %s; fetch it again.", source.name(),
              bytes.length - head, Arrays.toString(shape)));
    }
    return new Idx(source, shape);
  }

  /// Refuses images that are not `side × side`, and labels whose number differs or that are not
  /// classes.
  void requireImagesFor(Idx labels, int side, int classes) {
    if (shape[1] != side || shape[2] != side || count() != labels.count() || count() == 0) {
      throw new DataException(
          "%s has %d images of %d × %d for %d labels, expected a label for each image of %d × %d."
              .formatted(
                  source.name(), count(), shape[1], shape[2], labels.count(), side, side));
    }
    for (int i = 0; i < labels.count(); i++) {
      if (labels.at(i) >= classes) {
        throw new DataException(
            "%s: label %d is %d, expected 0 … %d; fetch the file again."
                .formatted(labels.source.name(), i, labels.at(i), classes - 1));
      }
    }
  }

  /// The first dimension.
  int count() {
    return shape[0];
  }

  /// Byte i of the data, 0 … 255.
  int at(int i) {
    return Byte.toUnsignedInt(source.bytes()[start + i]);
  }
}
