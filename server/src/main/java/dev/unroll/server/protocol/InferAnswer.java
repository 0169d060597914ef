package dev.unroll.server.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of a model: `$inference_response` of the protocol.
///
/// @param id that of the request; null if it had none
public record InferAnswer(String model, String version, @Nullable String id,
    List<TensorData> outputs) {}
