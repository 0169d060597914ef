package dev.unroll.onnx.operator;

import dev.unroll.Engine;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.tensor.Precision;
import org.jspecify.annotations.Nullable;

/// What a node computes, with its attributes read and checked.
@FunctionalInterface
public interface Operator {

  /// Computes the outputs, in the order of the node. Their elements may lie in memory that the next
  /// run of this operator overwrites; the arrays themselves are new unless nothing has changed.
  ///
  /// @param inputs as the node has them
  /// @return null in place of outputs that nobody reads, or fewer
  @Nullable
  NdArray[] run(Inputs inputs);

  /// The same for many streams at once: some inputs are stacked, one more axis in front of their
  /// own has an entry for each stream; the others are the same for all.
  ///
  /// @param stacked which inputs are; at least one
  /// @return null if there is no way but to run stream by stream
  default @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    return null;
  }

  /// Makes the operator of a node.
  @FunctionalInterface
  interface Factory {
    /// The operator of a node.
    ///
    /// @throws Refusal if an attribute is not as it has to be
    Operator of(NodeDef node, Setting setting);
  }

  /// Where an operator runs.
  ///
  /// @param opset the version of the operators that the model uses
  /// @param repeats whether an output may still be read when the operator runs again, as in the
  ///     body of a loop
  /// @param weights how recurrent operators store their matrices
  record Setting(long opset, Engine engine, boolean repeats, Precision weights) {

    /// The same for the body of a loop.
    public Setting repeating() {
      return new Setting(opset, engine, true, weights);
    }
  }

  /// What a run of many streams gives.
  ///
  /// @param areStacked whether the outputs are stacked, else they are the same for all streams
  record Streams(@Nullable NdArray[] outputs, boolean areStacked) {}

  /// The inputs of a node.
  final class Inputs {
    private final @Nullable NdArray[] values;

    /// Of these values, which may be exchanged between runs.
    public Inputs(@Nullable NdArray... values) {
      this.values = values;
    }

    /// Whether the input `i` is given.
    public boolean has(int i) {
      return i < values.length && values[i] != null;
    }

    /// The input `i`, which must be given.
    public NdArray get(int i) {
      var value = orNull(i);
      if (value == null) {
        throw Refusal.of("input %d is left out", i);
      }
      return value;
    }

    /// The input `i`; null if it is left out.
    public @Nullable NdArray orNull(int i) {
      return i < values.length ? values[i] : null;
    }

    /// How many there are, with those in between that are left out.
    public int count() {
      return values.length;
    }

    /// A copy of the values.
    public @Nullable NdArray[] toArray() {
      return values.clone();
    }
  }

  /// An operator of one output.
  static Operator one(java.util.function.Function<Inputs, NdArray> of) {
    return inputs -> new NdArray[] {of.apply(inputs)};
  }
}
