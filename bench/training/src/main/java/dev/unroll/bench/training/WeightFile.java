package dev.unroll.bench.training;

import dev.unroll.tensor.Parameters;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Initial weights on their way from one process to the other.
final class WeightFile {
  private static final int PART = 1 << 16;

  private WeightFile() {}

  /// Takes a matrix, or a vector of one column, part by part, so that it lies in memory once.
  interface Taker {
    /// A part of a weight.
    ///
    /// @param from its first element in the weight
    void take(String name, int rows, int columns, float[] part, int from, int length);
  }

  static void write(Parameters parameters, Path path) throws IOException {
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 20))) {
      out.writeInt(parameters.blocks().size());
      for (var block : parameters.blocks()) {
        out.writeUTF(block.name());
        out.writeInt(block.rows());
        out.writeInt(block.columns());
        for (int i = 0; i < block.length(); i++) {
          out.writeFloat(parameters.values()[block.offset() + i]);
        }
      }
    }
  }

  static void read(Path path, Taker taker) throws IOException {
    var bytes = new byte[4 * PART];
    var part = new float[PART];
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      int count = in.readInt();
      for (int n = 0; n < count; n++) {
        var name = in.readUTF();
        int rows = in.readInt();
        int columns = in.readInt();
        for (int from = 0; from < rows * columns; from += PART) {
          int length = Math.min(PART, rows * columns - from);
          in.readFully(bytes, 0, 4 * length);
          ByteBuffer.wrap(bytes).asFloatBuffer().get(part, 0, length);
          taker.take(name, rows, columns, part, from, length);
        }
      }
    }
  }
}
