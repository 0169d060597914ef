package dev.unroll.exchange.network;

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
public record ForeignNetwork(String source, @Nullable Weight embedding,
    List<RecurrentWeights> layers, @Nullable DenseWeights output, List<String> unused,
    List<String> remarks, NetworkModel.@Nullable Form form) {}
