package dev.unroll.layer;

import dev.unroll.tensor.Rows;
import java.util.List;

/// A layer bound to up to T steps of B samples. What it returns is its own memory, valid until its next
/// call. Not thread-safe: one caller at a time.
public interface LayerRun {

  /// Takes over changed parameters; needed before the first pass and after each change.
  void load();

  /// The steps of a span forward.
  ///
  /// @param x `[steps, B, inputSize]`; must not change until backward is done
  /// @return `[steps, B, outputSize]`
  Rows forward(Rows x, Span span);

  /// One step forward of the first `samples` samples, outside training: from the [#states] to
  /// [#statesAfter] one step, which are not carried. Allocates nothing.
  ///
  /// @param x `[samples, inputSize]`
  /// @return `[samples, outputSize]`
  Rows step(Rows x, int samples);

  /// The way back through the last forward pass; adds to the gradients of the parameters.
  ///
  /// @param dy the gradient of what forward returned
  /// @param span that of the forward pass
  /// @param goesOn whether the last call was for the steps that follow these, so that the gradient of
  ///     the states between flows on; else it is zero
  /// @return the gradient of `x`
  Rows backward(Rows dy, Span span, boolean goesOn);

  /// The way back from the end of a sequence: truncated, nothing comes back from what may follow.
  default Rows backward(Rows dy, Span span) {
    return backward(dy, span, false);
  }

  /// The states that are carried from one chunk of a sequence to the next, by name, each `[B, size]`.
  /// Reading gives the states before the next forward pass; the caller may write them.
  List<StateRows> states();

  /// The states after the first `steps` steps of the last forward pass, or after a step for 1. Where
  /// they lie does not change.
  List<StateRows> statesAfter(int steps);

  /// Makes the states after `steps` steps those before the next forward pass.
  void carry(int steps);

  /// The bytes of memory that the run planned.
  long bytes();

  /// Where one state lies.
  record StateRows(String name, Rows rows) {}
}
