package dev.unroll.exchange.network;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.format.FormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A matrix or vector of ours, made of tensors of a checkpoint: of rows of them, of columns, of a
/// sum. The tensors are read when its values are asked for.
///
/// @param rows of the matrix
/// @param columns of the matrix, 1 for a vector
/// @param from the tensors
/// @param how what is done to them, for the report
/// @param values reads them
public record Weight(int rows, int columns, List<String> from, String how, Values values) {
  /// Reads the values, row by row.
  @FunctionalInterface
  public interface Values {
    /// `rows · columns` numbers.
    float[] read() throws IOException;
  }

  /// A weight whose values are computed when they are asked for.
  ///
  /// @throws FormatException if the sizes cannot be those of a parameter
  public static Weight of(long rows, long columns, List<String> from, String how, Values values)
      throws FormatException {
    if (rows < 1 || columns < 1 || rows > Integer.MAX_VALUE / columns) {
      throw new FormatException("%s: a weight [%d, %d] is too small or too large"
          .formatted(String.join(" + ", from), rows, columns));
    }
    return new Weight((int) rows, (int) columns, from, how, values);
  }

  /// A tensor `[rows, columns]`, or a vector `[rows]`, as it is.
  public static Weight all(CheckpointTensor tensor) throws FormatException {
    return of(tensor.size(0), tensor.rank() > 1 ? tensor.size(1) : 1, List.of(tensor.name()), "",
        tensor::floats);
  }

  /// Rows of a matrix, or elements of a vector: those of one gate.
  public static Weight rows(CheckpointTensor tensor, int first, int count)
      throws FormatException {
    long columns = tensor.rank() > 1 ? tensor.size(1) : 1;
    return of(count, columns, List.of(tensor.name()), rowsText(first, count, tensor),
        () -> slice(tensor, first, count, (int) columns));
  }

  private static float[] slice(CheckpointTensor tensor, int first, int count, int columns)
      throws IOException {
    return Arrays.copyOfRange(tensor.floats(), first * columns, (first + count) * columns);
  }

  /// Columns of a matrix whose rows are inputs, as rows of ours: those of one gate.
  public static Weight columns(CheckpointTensor tensor, int first, int count)
      throws FormatException {
    long inputs = tensor.size(0);
    int all = (int) tensor.size(1);
    return of(count, inputs, List.of(tensor.name()), count == all ? "transposed"
        : "columns %d … %d, transposed".formatted(first, first + count - 1), () -> {
          float[] values = tensor.floats();
          float[] part = new float[count * (int) inputs];
          for (int i = 0; i < count; i++) {
            for (int j = 0; j < inputs; j++) {
              part[i * (int) inputs + j] = values[j * all + first + i];
            }
          }
          return part;
        });
  }

  private static String rowsText(int first, int count, CheckpointTensor tensor) {
    return count == tensor.size(0) ? ""
        : "%s %d … %d".formatted(
            tensor.rank() > 1 ? "rows" : "elements", first, first + count - 1);
  }

  /// The sum of the same rows of two vectors: a cell with one bias where the other library has two.
  /// Where the second is zero, the first is taken with its bits.
  public static Weight sum(CheckpointTensor one, CheckpointTensor other, int first, int count)
      throws FormatException {
    var rows = rowsText(first, count, one);
    return of(count, 1, List.of(one.name(), other.name()),
        rows.isEmpty() ? "added" : rows + ", added", () -> {
          float[] sum = slice(one, first, count, 1);
          float[] more = slice(other, first, count, 1);
          for (int i = 0; i < count; i++) {
            sum[i] = more[i] == 0 ? sum[i] : sum[i] + more[i];
          }
          return sum;
        });
  }

  /// Zeros: a bias that the other network does not have.
  public static Weight zeros(int rows, String why) {
    return new Weight(rows, 1, List.of(), "zeros, as there is no " + why, () -> new float[rows]);
  }

  /// The identity: an output layer that puts out what it reads.
  public static Weight identity(int size) throws FormatException {
    return of(size, size, List.of(), "the identity", () -> {
      float[] all = new float[size * size];
      for (int i = 0; i < size; i++) {
        all[i * size + i] = 1;
      }
      return all;
    });
  }

  /// The same with rows and columns exchanged, for libraries that multiply from the other side.
  public Weight transposed() {
    var words = new ArrayList<>(List.of("transposed"));
    if (!how.isEmpty()) {
      words.addFirst(how);
    }
    return new Weight(columns, rows, from, String.join(", ", words), () -> {
      float[] before = values.read();
      float[] after = new float[before.length];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          after[j * rows + i] = before[i * columns + j];
        }
      }
      return after;
    });
  }

  /// The same with another sign.
  public Weight negated() {
    return times(-1, "negated");
  }

  /// The same, half as large.
  public Weight halved() {
    return times(0.5f, "halved");
  }

  private Weight times(float factor, String word) {
    return new Weight(rows, columns, from, how.isEmpty() ? word : how + ", " + word, () -> {
      float[] all = values.read();
      for (int i = 0; i < all.length; i++) {
        all[i] *= factor;
      }
      return all;
    });
  }

  /// As a line of the report.
  public Transfer to(String parameter) {
    return new Transfer(parameter, rows, columns, from, how);
  }
}
