package dev.unroll.onnx.export;

import dev.unroll.layer.Attention;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attention: a query reads the steps of a memory `[S, B, M]`, weighted by how well they match;
/// padded steps get the weight 0.
///
/// @param layer its name in the model
record AttentionExport(GraphBuilder graph, ModelWeights weights, String layer, Attention rule) {

  /// Whether the keys are computed from the memory, once for all queries.
  boolean hasKeys() {
    return rule != Attention.DOT;
  }

  /// The size of a key; of an attention that has them.
  int keySize() {
    var block = weights.block(layer + ".keys.U");
    return block == null ? 0 : block.rows();
  }

  /// The keys, `[S, B, K]`; the memory itself if there are none.
  String keys(String memory) {
    if (!hasKeys()) {
      return memory;
    }
    var keys = graph.node(layer + "/products", "MatMul", memory, weights.factor(layer + ".keys.U"));
    return rule == Attention.GENERAL ? keys
        : graph.add(layer + "/keys", keys, weights.vector(layer + ".keys.b"));
  }

  /// The context of each sample, `[B, M]`.
  ///
  /// @param query `[B, Q]`; null if it is learned
  /// @param present which steps of the memory are not padding, `[S, B, 1]`; null if all
  String context(String memory, String keys, @Nullable String query, @Nullable String present) {
    var scores = scores(keys, query);
    if (present != null) {
      scores = graph.node(layer + "/masked", "Where", present, scores,
          graph.number(Double.NEGATIVE_INFINITY));
    }
    var shares = graph.node(layer + "/weights", "Softmax", Map.of("axis", 0L), scores);
    return graph.sum(layer + "/context", graph.node(layer + "/weighted", "Mul", shares, memory), 0,
        false);
  }

  /// `[S, B, 1]`
  private String scores(String keys, @Nullable String query) {
    return switch (rule) {
      case POOLING -> additive(keys);
      case ADDITIVE -> additive(graph.add(layer + "/sum",
          graph.unsqueezed(layer + "/query", graph.node(layer + "/queries", "MatMul",
              String.valueOf(query), weights.factor(layer + ".queries.W")), 0),
          keys));
      case DOT, GENERAL -> graph.sum(layer + "/scores", graph.node(layer + "/matches", "Mul",
          graph.unsqueezed(layer + "/query", String.valueOf(query), 0), keys), -1, true);
    };
  }

  private String additive(String sum) {
    return graph.node(layer + "/scores", "MatMul", graph.node(layer + "/tanh", "Tanh", sum),
        weights.matrix(layer + ".v"));
  }
}
