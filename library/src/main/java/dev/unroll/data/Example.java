package dev.unroll.data;

import org.jspecify.annotations.Nullable;

/// An input and its target. The four structures in these terms:
///
/// - sequence → vector: a target of length 1;
/// - sequence → sequence: a target as long as the input;
/// - vector → sequence: an input of length 1;
/// - encoder – decoder: any lengths.
///
/// Nothing is checked here; `Form` checks a list of examples and names the one that is wrong. The
/// arrays are shared, not copied.
///
/// @param input what is read
/// @param target what is asked
/// @param inputMask for each input step, whether it is there; `null`: all are. At a step that is
///     not there every state is held.
/// @param targetMask for each target step, whether it counts; `null`: all do but the symbols −1
public record Example(Values input, Values target, boolean @Nullable [] inputMask,
    boolean @Nullable [] targetMask) {
  /// @throws DataException if a side is null
  // Not a compact one, for which javac writes no annotations of the types into the class.
  public Example(Values input, Values target, boolean @Nullable [] inputMask,
      boolean @Nullable [] targetMask) {
    DataException.refuseNull(input, "the input of an example");
    DataException.refuseNull(target, "the target of an example");
    this.input = input;
    this.target = target;
    this.inputMask = inputMask;
    this.targetMask = targetMask;
  }

  /// An example without masks.
  public Example(Values input, Values target) {
    this(input, target, null, null);
  }

  /// A sequence of vectors and its class.
  ///
  /// @param steps `[T, F]`
  /// @param label from 0
  /// @throws DataException if there is no step, or they differ in length
  public static Example of(float[][] steps, int label) {
    return new Example(Values.Features.ofRows(steps), Values.Symbols.of(label));
  }

  /// A sequence of symbols and its class.
  ///
  /// @param symbols `[T]`, not copied
  /// @param label from 0
  public static Example of(int[] symbols, int label) {
    return new Example(new Values.Symbols(symbols), Values.Symbols.of(label));
  }

  /// Other values with the masks of this one.
  public Example with(Values input, Values target) {
    return new Example(input, target, inputMask, targetMask);
  }

  /// The same with a mask on the input, `[input length]`.
  public Example inputMask(boolean... mask) {
    return new Example(input, target, mask, targetMask);
  }

  /// The same with a mask on the target, `[target length]`.
  public Example targetMask(boolean... mask) {
    return new Example(input, target, inputMask, mask);
  }

  @Override
  public String toString() {
    return "%s → %s".formatted(input, target);
  }
}
