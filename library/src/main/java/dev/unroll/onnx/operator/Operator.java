package dev.unroll.onnx.operator;

import dev.unroll.Engine;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node computes, with its attributes read and checked.
@FunctionalInterface
public interface Operator {

  /// Computes the outputs, in the order of the node; they share no memory that changes later.
  ///
  /// @param inputs as the node has them
  /// @return null in place of outputs that nobody reads, or fewer
  NdArray[] run(Inputs inputs);

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
  record Setting(long opset, Engine engine) {}

  /// The inputs of a node.
  record Inputs(List<@Nullable NdArray> values) {

    /// Whether the input `i` is given.
    public boolean has(int i) {
      return i < values.size() && values.get(i) != null;
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
      return i < values.size() ? values.get(i) : null;
    }

    /// How many there are, with those in between that are left out.
    public int count() {
      return values.size();
    }
  }

  /// An operator of one output.
  static Operator one(java.util.function.Function<Inputs, NdArray> of) {
    return inputs -> new NdArray[] {of.apply(inputs)};
  }
}
