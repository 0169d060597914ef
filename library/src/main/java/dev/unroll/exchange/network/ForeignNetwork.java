package dev.unroll.exchange.network;

import dev.unroll.data.Tokens;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A network of another library as a chain: symbols or vectors, recurrent layers, an output layer.
///
/// @param source the file, for messages
/// @param embedding the vectors of the symbols, `[V, E]`; null if vectors are read
/// @param layers the recurrent layers, the first one at the input
/// @param output the output layer; null for none
/// @param unused the tensors that are none of it
/// @param remarks what was decided in reading it
/// @param form the structure, where the file says it; null where weights are all there is
/// @param outputs what the output layer puts out, where the file says it
/// @param pooling how one answer is made of all steps, where the file says it
/// @param merge of two directions
/// @param vocabulary the symbols, where the file says them
/// @param labels the classes, where the file says them
public record ForeignNetwork(String source, @Nullable Weight embedding,
    List<RecurrentWeights> layers, @Nullable DenseWeights output, List<String> unused,
    List<String> remarks, NetworkModel.@Nullable Form form, @Nullable Outputs outputs,
    @Nullable Pooling pooling, Merge merge, @Nullable Tokens vocabulary, @Nullable Tokens labels) {

  /// One whose file does not say what the symbols and classes are.
  public ForeignNetwork(String source, @Nullable Weight embedding, List<RecurrentWeights> layers,
      @Nullable DenseWeights output, List<String> unused, List<String> remarks,
      NetworkModel.@Nullable Form form, @Nullable Outputs outputs, @Nullable Pooling pooling,
      Merge merge) {
    this(source, embedding, layers, output, unused, remarks, form, outputs, pooling, merge, null,
        null);
  }

  /// One whose file does not say what the outputs are, with directions side by side.
  public ForeignNetwork(String source, @Nullable Weight embedding, List<RecurrentWeights> layers,
      @Nullable DenseWeights output, List<String> unused, List<String> remarks,
      NetworkModel.@Nullable Form form) {
    this(source, embedding, layers, output, unused, remarks, form, null, null, Merge.CONCATENATE);
  }

  /// The size of what a layer puts out.
  int outputs(RecurrentWeights layer) {
    return merge == Merge.SUM ? layer.outputs() / layer.directions().size() : layer.outputs();
  }
}
