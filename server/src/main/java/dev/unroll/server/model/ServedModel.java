package dev.unroll.server.model;

import dev.unroll.server.generate.TextModel;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model as the server runs it, whatever kind of model it is. Safe for use by several threads.
///
/// @param kind what it is, for people: `sequence-to-sequence`, `classifier` …
/// @param platform by the names of the protocol
/// @param inputs of a request for whole sequences
/// @param outputs of such a request
/// @param whole answers whole sequences; null if it can only be stepped
/// @param steps how it is stepped with the states of sequences; null if it cannot be
/// @param texts how it writes text; null if it does not
/// @param task what answers in the words of a task: a Classifier, Tagger, Forecaster; null if none
public record ServedModel(String kind, String platform, List<TensorSpec> inputs,
    List<TensorSpec> outputs, @Nullable Whole whole, @Nullable Stepping steps,
    @Nullable TextModel texts,
    @Nullable Object task) {

  /// Answers a request that belongs to no sequence.
  @FunctionalInterface
  public interface Whole {
    /// The answer.
    ///
    /// @throws RefusedException if the inputs are not those of the model
    /// @throws dev.unroll.data.DataException if the model cannot read them
    /// @throws IllegalArgumentException likewise
    List<TensorData> answer(InferRequest request);
  }

  /// Copies its lists.
  public ServedModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// Whether it comes from elsewhere: what its inputs and outputs may be is known to it alone.
  public boolean isOnnx() {
    return platform.equals(ServedOnnx.PLATFORM);
  }

  /// What it is, with its article.
  public String aKind() {
    return (kind.startsWith("ONNX") || kind.startsWith("encoder") ? "an " : "a ") + kind;
  }

  /// How it is stepped.
  ///
  /// @throws RefusedException if it cannot be
  public Stepping requireSteps() {
    if (steps == null) {
      throw RefusedException.invalid(
          "the model is %s, which reads its input as a whole and keeps no state; leave "
              + "sequence_id out",
          aKind());
    }
    return steps;
  }

  /// How it writes text.
  ///
  /// @throws RefusedException if it does not
  public TextModel requireTexts() {
    if (texts == null) {
      throw RefusedException.invalid("the model is %s, which writes no text; use infer", aKind());
    }
    return texts;
  }
}
