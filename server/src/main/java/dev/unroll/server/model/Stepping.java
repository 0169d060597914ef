package dev.unroll.server.model;

import dev.unroll.layer.stepping.State;
import dev.unroll.server.batch.Client;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.stream.KeyState;
import java.util.List;

/// How a model is stepped with the states of sequences. Safe for use by several threads.
public interface Stepping {
  /// The layout of the state of a sequence.
  State.Layout layout();

  /// The state of a sequence that begins.
  KeyState initial();

  /// The most sequences of a request.
  int capacity();

  /// The names of the inputs of a step.
  List<String> inputs();

  /// The names of the outputs of a step.
  List<String> outputs();

  /// How many sequences a request has that says nothing of sequences.
  int sequences(InferRequest request);

  /// Makes the steps of a request, together with those of others.
  ///
  /// @param sequences those that it belongs to, all different
  /// @param isMany whether the inputs have an axis for them, which they may lack of one sequence
  /// @param client who waits for the answer
  /// @throws RefusedException if the inputs are not those of a step; no state has changed then
  /// @throws dev.unroll.server.batch.ClientLeftException if the client has left; likewise
  List<TensorData> step(InferRequest request, List<LiveSequence> sequences, boolean isMany,
      Client client);

  /// Steps until the code that does it is compiled.
  void warm();
}
