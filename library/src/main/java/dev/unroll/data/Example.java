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
/// @param input what the model reads
/// @param target what the model should output
/// @param present the input mask, for each input step: false if it is missing; `null`: all true. At
///     a masked step every state is held.
/// @param asked the target mask, for each target step: whether it counts towards the loss; `null`:
///     all do but the symbols −1
public record Example(Values input, Values target, boolean @Nullable [] present,
    boolean @Nullable [] asked) {
  /// @throws DataException if a side is null
  public Example {
    Nulls.refuse(input, "the input of an example");
    Nulls.refuse(target, "the target of an example");
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

  /// The same with an input mask, `[input length]`.
  public Example withPresent(boolean... present) {
    return new Example(input, target, present, asked);
  }

  /// The same with a target mask, `[target length]`.
  public Example withAsked(boolean... asked) {
    return new Example(input, target, present, asked);
  }

  @Override
  public String toString() {
    return "%s → %s".formatted(input, target);
  }
}
