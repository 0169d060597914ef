package dev.unroll.model.file;

import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Dtype;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.RowSource;
import dev.unroll.tensor.Precision;
import java.util.Arrays;
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
  static void put(SequencedMap<String, StoredTensor> tensors, Parameters parameters,
      Parameters.Block block) {
    int from = parameters.storage().place(block).offset();
    int to = from + block.length();
    switch (block.precision()) {
      case FLOAT32 ->
          tensors.put(block.name(), StoredTensor.of(parameters.elements(block), block.shape()));
      case BFLOAT16 -> tensors.put(block.name(), StoredTensor.bfloat16(
          Arrays.copyOfRange(parameters.storage().small().upper(), from, to), block.shape()));
      case INT8 -> {
        var small = parameters.storage().small();
        int row = small.row(from);
        tensors.put(block.name(),
            StoredTensor.int8(Arrays.copyOfRange(small.bytes(), from, to), block.shape()));
        tensors.put(block.name() + SCALE, StoredTensor.of(
            Arrays.copyOfRange(small.scales(), row, row + block.rows()), block.rows()));
      }
    }
  }

  /// The values of the blocks.
  static ParameterSource<FormatException> of(Safetensors tensors) {
    return new ParameterSource<>() {
      @Override
      public float[] of(Parameters.Block block) throws FormatException {
        var rows = rows(block);
        int columns = block.columns();
        var row = new float[columns];
        var values = new float[block.length()];
        for (int i = 0; i < block.rows(); i++) {
          rows.read(i, row);
          System.arraycopy(row, 0, values, i * columns, columns);
        }
        return values;
      }

      @Override
      public RowSource rows(Parameters.Block block) throws FormatException {
        return SmallTensors.rows(tensors, block);
      }
    };
  }

  /// The values of a block, row by row.
  ///
  /// @throws FormatException if the file has no tensor of its name, type and shape
  private static RowSource rows(Safetensors tensors, Parameters.Block block)
      throws FormatException {
    int columns = block.columns();
    return switch (block.precision()) {
      case FLOAT32 -> RowSource.of(block,
          tensors.tensor(block.name(), Dtype.F32, block.shape()).floats());
      case BFLOAT16 -> {
        short[] upper = tensors.tensor(block.name(), Dtype.BF16, block.shape()).shorts();
        yield (i, into) -> {
          for (int j = 0; j < columns; j++) {
            into[j] = Precision.bfloat16(upper[i * columns + j]);
          }
        };
      }
      case INT8 -> {
        byte[] bytes = tensors.tensor(block.name(), Dtype.I8, block.shape()).signedBytes();
        float[] scales =
            tensors.tensor(block.name() + SCALE, Dtype.F32, block.rows()).floats();
        for (int i = 0; i < block.rows(); i++) {
          if (scales[i] != 0 && !isPowerOfTwo(scales[i])) {
            throw damaged(block, "the scale " + scales[i]);
          }
          for (int j = i * columns; j < (i + 1) * columns; j++) {
            if (bytes[j] == Byte.MIN_VALUE) {
              throw damaged(block, "the value -128");
            }
          }
        }
        yield (i, into) -> {
          for (int j = 0; j < columns; j++) {
            into[j] = bytes[i * columns + j] * scales[i];
          }
        };
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
