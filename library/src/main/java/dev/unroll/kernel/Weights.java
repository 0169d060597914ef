package dev.unroll.kernel;

import dev.unroll.kernel.plan.Stack;
import dev.unroll.tensor.Parameters;
import java.util.Map;

/// Where the parameters of a cell lie in the arrays of its model.
record Weights(Map<String, Parameters.Block> blocks) {

  Weights {
    blocks = Map.copyOf(blocks);
  }

  Parameters.Block block(String name) {
    var block = blocks.get(name);
    if (block == null) {
      throw new IllegalArgumentException(
          "parameter %s is missing; given are %s".formatted(name, blocks.keySet()));
    }
    return block;
  }

  /// Where a stack begins; its matrices must lie one behind the other.
  int offset(Stack stack) {
    int start = block(stack.matrices().getFirst()).offset();
    int end = start;
    for (var matrix : stack.matrices()) {
      if (block(matrix).offset() != end) {
        throw new IllegalArgumentException(
            "the matrices %s are not neighbours; store the parameters in the order of the plan"
                .formatted(stack));
      }
      end += block(matrix).length();
    }
    return start;
  }

  /// The rows of all matrices of a stack, G·H.
  int rows(Stack stack) {
    return stack.matrices().stream().mapToInt(m -> block(m).rows()).sum();
  }

  int columns(Stack stack) {
    return block(stack.matrices().getFirst()).columns();
  }
}
