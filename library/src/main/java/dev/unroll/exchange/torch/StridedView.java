package dev.unroll.exchange.torch;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A tensor as PyTorch has it: element `[i, j, …]` is number `offset + i·stride₀ + j·stride₁ + …`
/// of a storage.
///
/// @param type of the elements, which an untyped storage does not know
/// @param offset in elements
record StridedView(Storage storage, StorageType type, long offset, long[] shape, long[] strides) {
  private static final int MOST_DIMENSIONS = 64;
  private static final int CHUNK = 1 << 16;

  /// A tensor may have more elements than its storage: an expanded one repeats them. So many are
  /// read all the same.
  private static final int REPEATED = 1 << 20;

  /// @throws FormatException if it reaches beyond its storage
  static StridedView of(String name, Storage storage, StorageType type, long offset, long[] shape,
      long[] strides) throws FormatException {
    if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
      throw wrong(name, "of %d dimensions with %d strides".formatted(shape.length,
          strides.length));
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 0 || strides[i] < 0) {
        throw wrong(name, "of shape %s with strides %s".formatted(Arrays.toString(shape),
            Arrays.toString(strides)));
      }
    }
    var view = new StridedView(storage, type, offset, shape, strides);
    long there = storage.bytes() / type.bytes();
    if (CheckpointTensor.elements(shape) > 0 && (offset < 0 || view.last() >= there)) {
      throw wrong(name, "of shape %s from element %d on with strides %s, but its storage has %d"
          .formatted(Arrays.toString(shape), offset, Arrays.toString(strides), there)
          + " elements");
    }
    if (CheckpointTensor.elements(shape) > Math.max(there, REPEATED)) {
      throw wrong(name, "of shape %s, which repeats the %d elements of its storage"
          .formatted(Arrays.toString(shape), there));
    }
    return view;
  }

  private static FormatException wrong(String name, String what) {
    return new FormatException(
        "tensor %s is %s; the file is damaged: copy it again".formatted(name, what));
  }

  /// The number of the last element in the storage; `Long.MAX_VALUE` if that is beyond any.
  private long last() {
    long last = offset;
    for (int i = 0; i < shape.length; i++) {
      long steps = shape[i] - 1;
      if (steps > 0 && strides[i] > 0) {
        if (steps > (Long.MAX_VALUE - last) / strides[i]) {
          return Long.MAX_VALUE;
        }
        last += steps * strides[i];
      }
    }
    return last;
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return true;
  }

  /// As a tensor of a checkpoint.
  CheckpointTensor named(String name) {
    var place = List.of(storage.key(), offset,
        Arrays.stream(strides).boxed().toList());
    return new CheckpointTensor(name, type.word(), shape, place, () -> {
      type.requireNumbers(name);
      return floats();
    });
  }

  private float[] floats() throws IOException {
    float[] all = new float[(int) CheckpointTensor.elements(shape)];
    if (all.length == 0) {
      return all;
    }
    if (isContiguous()) {
      var chunk = ByteBuffer.allocate(CHUNK).order(storage.order());
      int most = CHUNK / type.bytes();
      for (int at = 0; at < all.length; at += most) {
        int n = Math.min(most, all.length - at);
        storage.reader().read((offset + at) * type.bytes(),
            chunk.clear().limit(n * type.bytes()));
        for (int i = 0; i < n; i++) {
          all[at + i] = type.element(chunk, i);
        }
      }
      return all;
    }
    long span = (last() - offset + 1) * type.bytes();
    if (span > Integer.MAX_VALUE - 8) {
      throw new FormatException("a tensor is spread over %d bytes; save it with .contiguous()"
          .formatted(span));
    }
    var bytes = ByteBuffer.allocate((int) span).order(storage.order());
    storage.reader().read(offset * type.bytes(), bytes);
    long[] index = new long[shape.length];
    long at = 0;
    for (int n = 0; n < all.length; n++) {
      all[n] = type.element(bytes, (int) at);
      for (int i = shape.length - 1; i >= 0; i--) {
        at += strides[i];
        if (++index[i] < shape[i]) {
          break;
        }
        at -= strides[i] * shape[i];
        index[i] = 0;
      }
    }
    return all;
  }
}
