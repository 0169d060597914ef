package dev.unroll.layer.run;

import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.tensor.Rows;
import java.util.List;

/// A layer bound to up to T steps of B samples. Its results are in its own memory, valid until its
/// next call. Not thread-safe: one caller at a time; the runs of our layers refuse overlapping
/// calls by an `IllegalStateException`.
///
/// The order of calls, where `[ ]` is optional:
///
/// ```
/// load   [begin]   forward   [last   backwardLast]   backward   [carry]
/// load   [begin]   forwardStep 0 … T−1   [last   backwardLast]   backwardStep T−1 … 0   gradients   [carry]
/// ```
///
/// Wrong orders that would give wrong gradients silently throw an [IllegalStateException] that
/// names the layer and the calls: a backward pass without a forward pass, twice through one, or
/// after `load`, `begin` or `carry` have overwritten what it needs; steps left out; `last` after
/// the backward pass. States that a caller writes between forward and backward are not noticed. A
/// forward pass discards the gradient that [#backwardLast] took for the previous one.
public interface LayerRun {

  /// Takes over changed parameters; needed before the first pass and after each change.
  void load();

  /// The forward pass of a span.
  ///
  /// @param x `[steps, B, inputSize]`; must not change until backward is done
  /// @return `[steps, B, outputSize]`
  Rows forward(Rows x, Span span);

  /// The forward pass of step `t` of a span, after the steps before it: all steps one by one give
  /// the same bits as [#forward]. For decoders, whose input depends on their outputs.
  ///
  /// @param x `[steps, B, inputSize]`, of which the rows of step t are read now
  /// @return the whole output, of which the rows of step t are new
  /// @throws UnsupportedOperationException if the layer needs the whole sequence
  Rows forwardStep(Rows x, int t, Span span);

  /// One forward step of the first `samples` samples, outside training: from the [#states] to
  /// [#statesAfter] one step, which are not carried. Allocates nothing.
  ///
  /// @param x `[samples, inputSize]`
  /// @return `[samples, outputSize]`
  Rows step(Rows x, int samples);

  /// The backward pass through the last forward pass, once for each; adds to the gradients of the
  /// parameters.
  ///
  /// @param dy the gradient of the result of forward
  /// @param span the span of the forward pass; a different one is an [IllegalArgumentException]
  /// @param goesOn whether the last call was for the steps that follow these, so that the gradient
  ///     of the states between them continues; else it is zero
  /// @return the gradient of `x`
  Rows backward(Rows dy, Span span, boolean goesOn);

  /// The backward pass from the end of a sequence or chunk: the gradient of the states after it is
  /// zero.
  default Rows backward(Rows dy, Span span) {
    return backward(dy, span, false);
  }

  /// The backward pass of step `t` of a span, from the last step to the first; then call
  /// [#gradients]. Together they give the same bits as [#backward].
  ///
  /// @param dy the gradient of the whole output, of which the rows of step t are read now; they
  ///     must not change until [#gradients]
  /// @return the gradient of the whole `x`, of which the rows of step t are new
  Rows backwardStep(Rows dy, int t, Span span);

  /// Adds to the gradients of the parameters over all steps, once after the last [#backwardStep].
  void gradients(Span span);

  /// The output of the last pass at the last step of each sample that is not padded,
  /// `[B, outputSize]`. For a [Bidirectional] layer, each direction gives that of its own last
  /// step.
  Rows last(Span span);

  /// Takes the gradient of the result of [#last], which the backward pass through the same pass,
  /// [#backward] or [#backwardStep], adds to its `dy`. Call it after the forward pass; gradients of
  /// several calls are added.
  void backwardLast(Rows dLast, Span span);

  /// Resets the [#states] to the initial ones: zeros, or what the cell says, numbers or learned
  /// vectors. No gradient flows to
  /// learned vectors through this call; it does where states are reset within a pass
  /// ([Span#startingAnew]).
  void begin();

  /// The states that are carried from one chunk of a sequence to the next, by name, each
  /// `[B, size]`. Reading gives the states before the next forward pass; the caller may write them.
  List<StateRows> states();

  /// The state of this name among [#states], which may be written: `h`, or with the name of its
  /// layer, `l.h`, if several have such a state.
  ///
  /// @throws IllegalArgumentException if there is none or more than one; names all
  default StateRows state(String name) {
    var all = states();
    var found = all.stream().filter(s -> s.name().equals(name)).toList();
    if (found.isEmpty()) {
      found = all.stream().filter(s -> s.name().endsWith("." + name)).toList();
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException("%s is the name of %d states; there are %s".formatted(name,
          found.size(), all.stream().map(StateRows::name).toList()));
    }
    return found.getFirst();
  }

  /// The states after the first `steps` steps of the last forward pass, or after a step for 1.
  /// Their memory does not change.
  List<StateRows> statesAfter(int steps);

  /// The gradients of the states before the first step, after backward; in the order of [#states].
  /// Values written here are the gradient of the states after the last step for a backward pass
  /// with `goesOn`, such as that of an encoder whose final states started a decoder.
  List<StateRows> stateGradients();

  /// Makes the states after `steps` steps the initial states of the next forward pass. In training
  /// call it after the backward pass, which needs the states before the first step: [#backward]
  /// after it is refused.
  ///
  /// @throws IllegalArgumentException if the last pass had fewer steps, or did not keep the states
  ///     there ([Recomputed] keeps those between segments and the last ones)
  void carry(int steps);

  /// The penalty that the layer added to the mean loss in the last forward pass
  /// ([ActivationPenalty]).
  default double penalty() {
    return 0;
  }

  /// The bytes of memory that the run planned.
  long bytes();

  /// The memory of one state.
  record StateRows(String name, Rows rows) {}
}
