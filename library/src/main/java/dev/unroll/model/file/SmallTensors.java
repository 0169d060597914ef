package dev.unroll.model.file;

import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Dtype;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import java.util.SequencedMap;

/// The parameters of a model in a file, in their precision.
///
/// | precision | tensors |
/// | --- | --- |
/// | float32 | `NAME`, F32 |
/// | bfloat16 | `NAME`, BF16 |
/// | int8 | `NAME`, I8, and `NAME.scale`, F32, one for each row |
final class SmallTensors {
  private static final String SCALE = ".scale";

  private SmallTensors() {}

  /// Adds a block to the tensors of a file.
  static void put(SequencedMap<String, StoredTensor> tensors, Parameters.Block block,
      float[] values) {
    switch (block.precision()) {
      case FLOAT32 -> tensors.put(block.name(), StoredTensor.of(values, block.shape()));
      case BFLOAT16 -> {
        var upper = new short[values.length];
        for (int i = 0; i < upper.length; i++) {
          upper[i] = Precision.bfloat16(values[i]);
        }
        tensors.put(block.name(), StoredTensor.bfloat16(upper, block.shape()));
      }
      case INT8 -> {
        var bytes = new byte[values.length];
        var scales = new float[block.rows()];
        for (int i = 0; i < block.rows(); i++) {
          int row = i * block.columns();
          scales[i] = block.precision().scale(values, row, block.columns(), 1);
          for (int j = row; j < row + block.columns(); j++) {
            bytes[j] = Precision.int8(values[j], scales[i]);
          }
        }
        tensors.put(block.name(), StoredTensor.int8(bytes, block.shape()));
        tensors.put(block.name() + SCALE, StoredTensor.of(scales, block.rows()));
      }
    }
  }

  /// The values of a block.
  ///
  /// @throws FormatException if the file has no tensor of its name, type and shape
  static float[] values(Safetensors tensors, Parameters.Block block) throws FormatException {
    return switch (block.precision()) {
      case FLOAT32 -> tensors.tensor(block.name(), Dtype.F32, block.shape()).floats();
      case BFLOAT16 -> {
        short[] upper = tensors.tensor(block.name(), Dtype.BF16, block.shape()).shorts();
        var values = new float[upper.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = Precision.bfloat16(upper[i]);
        }
        yield values;
      }
      case INT8 -> {
        byte[] bytes = tensors.tensor(block.name(), Dtype.I8, block.shape()).signedBytes();
        float[] scales =
            tensors.tensor(block.name() + SCALE, Dtype.F32, block.rows()).floats();
        var values = new float[bytes.length];
        for (int i = 0; i < block.rows(); i++) {
          if (scales[i] != 0 && !isPowerOfTwo(scales[i])) {
            throw damaged(block, "the scale " + scales[i]);
          }
          for (int j = i * block.columns(); j < (i + 1) * block.columns(); j++) {
            if (bytes[j] == Byte.MIN_VALUE) {
              throw damaged(block, "the value -128");
            }
            values[j] = bytes[j] * scales[i];
          }
        }
        yield values;
      }
    };
  }

  private static boolean isPowerOfTwo(float scale) {
    return scale > 0 && scale == Math.scalb(1f, Math.getExponent(scale));
  }

  private static FormatException damaged(Parameters.Block block, String what) {
    return new FormatException("the tensor %s has %s, expected scales that are powers of two and "
        .formatted(block.name(), what) + "values from -127 to 127; the file is damaged");
  }
}
