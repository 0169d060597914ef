package dev.unroll.server.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is asked of a model: `$inference_request` of the protocol.
///
/// @param id returned with the answer; null if there is none
/// @param parameters numbers as Long, BigInteger or Double, truth values and texts
/// @param inputs in the order of the request
/// @param outputs those that are asked for; empty for all
public record InferRequest(@Nullable String id, Map<String, Object> parameters,
    List<TensorData> inputs, List<Asked> outputs) {

  /// An output that is asked for.
  ///
  /// @param binary whether it is to come as binary data; null if the request does not say
  public record Asked(String name, @Nullable Boolean binary) {}

  /// Whether outputs come as binary data if nothing else is said of one: the parameter
  /// `binary_data_output`.
  public boolean wantsBinary() {
    return Boolean.TRUE.equals(parameters.get("binary_data_output"));
  }

  /// An input by its name; null if there is none.
  public @Nullable TensorData input(String name) {
    for (var input : inputs) {
      if (input.name().equals(name)) {
        return input;
      }
    }
    return null;
  }

  /// An input by its name.
  ///
  /// @throws RefusedException if there is none
  public TensorData require(String name) {
    var input = input(name);
    if (input == null) {
      throw RefusedException.invalid("the input %s is missing; there are %s", name,
          inputs.stream().map(TensorData::name).map(Shown::of).toList());
    }
    return input;
  }
}
