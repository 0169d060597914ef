package dev.unroll.data;

import java.util.List;

/// The form of every example of a list. It finds bad data before a run: `check` names the first
/// sample that does not fit.
///
/// @param input the kind of the input's steps
/// @param target the kind of the target's steps
/// @param pairing how the two lengths are related
public record Form(Kind input, Kind target, Pairing pairing) {

  /// The form of the first example, with the number of symbols that all the examples need and any
  /// lengths.
  ///
  /// @throws DataException if an example does not have it, or there is none
  public static Form of(List<Example> examples) {
    var form = like(examples, Pairing.ANY);
    form.check(examples);
    return form;
  }

  /// The form that [#of] finds, with a pairing; nothing is checked.
  ///
  /// @throws DataException if there is no example
  public static Form like(List<Example> examples, Pairing pairing) {
    requireSome(examples);
    int inputs = 0;
    int targets = 0;
    int letters = 0;
    for (var example : examples) {
      inputs = Math.max(inputs, needed(example.input()));
      targets = Math.max(targets, needed(example.target()));
      letters = Math.max(letters, neededLetters(example.input()));
    }
    var first = examples.getFirst();
    return new Form(
        kind(first.input(), inputs, letters), kind(first.target(), targets, 0), pairing);
  }

  static int needed(Values values) {
    return switch (values) {
      case Values.Symbols(var symbols) -> needed(symbols);
      case Values.Words(var symbols, _) -> needed(symbols);
      case Values.Features _ -> 1;
    };
  }

  private static int needed(int[] symbols) {
    int most = 0;
    for (int symbol : symbols) {
      most = Math.max(most, symbol);
    }
    // The largest int is out of range for every model, which then reports it.
    return Math.max(most, most + 1);
  }

  private static int neededLetters(Values values) {
    int most = 1;
    if (values instanceof Values.Words(_, var words)) {
      for (int[] letters : words) {
        most = Math.max(most, needed(letters));
      }
    }
    return most;
  }

  private static Kind kind(Values values, int count, int letters) {
    return switch (values) {
      case Values.Symbols _ -> new Kind.Symbols(count);
      case Values.Words _ -> new Kind.Words(count, letters);
      case Values.Features features -> new Kind.Features(features.columns());
    };
  }

  private static void requireSome(List<Example> examples) {
    if (examples.isEmpty()) {
      throw new DataException("There are no examples, expected at least one.");
    }
  }

  /// Checks all examples.
  ///
  /// @throws DataException one sentence, if there is none, or one has no steps, a kind or width
  ///     that is not that of this form, a number that is not finite, a symbol out of range, a mask
  ///     of other length, no step in the input mask, or lengths that the pairing does not allow
  public void check(List<Example> examples) {
    requireSome(examples);
    int number = 0;
    for (var example : examples) {
      check(example, number++);
    }
  }

  /// Checks one example.
  ///
  /// @param number of the sample, for the message
  /// @throws DataException as `check(List)` does
  public void check(Example example, long number) {
    check(example, SampleCheck.of(number));
  }

  /// Checks one example.
  ///
  /// @param where it is, for the beginning of the message
  /// @throws DataException as `check(List)` does
  public void check(Example example, String where) {
    check(example, new SampleCheck(() -> where));
  }

  private void check(Example example, SampleCheck sample) {
    sample.side("input", example.input(), input, 0);
    sample.side("target", example.target(), target, -1);
    sample.lengths(example.input().length(), example.target().length(), pairing);
    sample.present(example.inputMask(), example.input().length());
    sample.asked(example.targetMask(), example.target().length());
  }

  /// How the lengths of input and target of a structure are related.
  public enum Pairing {
    /// Sequence → vector: the target has one step.
    ONE_TARGET,
    /// Sequence → sequence: the target is as long as the input.
    STEP_BY_STEP,
    /// Vector → sequence: the input has one step.
    ONE_INPUT,
    /// Encoder – decoder: any lengths.
    ANY
  }

  /// The kind of steps of one side of an example.
  public sealed interface Kind {

    /// Symbols or classes `0 … count − 1`.
    record Symbols(int count) implements Kind {
      @Override
      public String toString() {
        return "symbols 0 … %d".formatted(count - 1);
      }
    }

    /// Words `0 … count − 1` of letters `0 … letters − 1`.
    record Words(int count, int letters) implements Kind {
      @Override
      public String toString() {
        return "words 0 … %d of letters 0 … %d".formatted(count - 1, letters - 1);
      }
    }

    /// Vectors of `columns` finite numbers.
    record Features(int columns) implements Kind {
      @Override
      public String toString() {
        return "rows of %d %s".formatted(columns, columns == 1 ? "number" : "numbers");
      }
    }
  }
}
