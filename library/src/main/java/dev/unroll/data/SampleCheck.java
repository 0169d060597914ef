package dev.unroll.data;

import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checks of one sample, each with its message.
///
/// @param where the sample is, to begin a message with
record SampleCheck(Supplier<String> where) {

  /// The checks of a sample of a list.
  ///
  /// @param number the first is 0
  static SampleCheck of(long number) {
    return new SampleCheck(() -> "Sample %d (the first is 0)".formatted(number));
  }

  void side(String side, Values values, Kind kind, int least) {
    if (values.length() == 0) {
      throw refused(
          "the %s has no steps, expected at least 1; leave this sample out".formatted(side));
    }
    switch (values) {
      case Values.Symbols(var symbols) when kind instanceof Kind.Symbols(int count) ->
          symbols(side, symbols, least, count);
      case Values.Words(var words, var letters) when kind instanceof Kind.Words like -> {
        symbols(side, words, least, like.count());
        for (int t = 0; t < letters.length; t++) {
          letters(side, t, letters[t], like.letters());
        }
      }
      case Values.Features features when kind instanceof Kind.Features(int columns) ->
          features(side, features, columns);
      default -> throw refused("the %s is %s, expected %s".formatted(side, values, kind));
    }
  }

  private void symbols(String side, int[] symbols, int least, int count) {
    for (int t = 0; t < symbols.length; t++) {
      if (symbols[t] < least || symbols[t] >= count) {
        throw refused(
            ("the %s at step %d is symbol %d, expected 0 … %d%s; correct it, or use a model of more"
                + " symbols").formatted(side,
                    t,
                    symbols[t],
                    count - 1,
                    least < 0 ? " or −1 for no target" : ""));
      }
    }
  }

  private void letters(String side, int t, int[] letters, int count) {
    for (int letter : letters) {
      if (letter < 0 || letter >= count) {
        throw refused("the %s at step %d has the letter %d, expected 0 … %d; correct it"
            .formatted(side, t, letter, count - 1));
      }
    }
  }

  private void features(String side, Values.Features features, int columns) {
    if (features.columns() != columns) {
      throw refused("the %s has %d numbers a step, expected %d; give every sample the same columns"
          .formatted(side,
              features.columns(),
              columns));
    }
    float[] values = features.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw refused(
            ("the %s at step %d, column %d is %s, expected a finite number; replace it, or mask the"
                + " step and put 0 there").formatted(side,
                    i / columns,
                    i % columns,
                    values[i]));
      }
    }
  }

  void lengths(int input, int target, Pairing pairing) {
    switch (pairing) {
      case ONE_TARGET -> {
        if (target != 1) {
          throw refused(
              "the target has %d steps, expected 1 for the whole input".formatted(target));
        }
      }
      case STEP_BY_STEP -> {
        if (target != input) {
          throw refused("the target has %d steps, expected %d, one for each step of the input"
              .formatted(target,
                  input));
        }
      }
      case ONE_INPUT -> {
        if (input != 1) {
          throw refused("the input has %d steps, expected 1 vector or symbol".formatted(input));
        }
      }
      case ANY -> {
      }
    }
  }

  void present(boolean @Nullable [] mask, int length) {
    if (mask == null) {
      return;
    }
    mask("present steps", mask, length);
    for (boolean there : mask) {
      if (there) {
        return;
      }
    }
    throw refused("no step of the input is present, expected at least 1; leave this sample out");
  }

  void asked(boolean @Nullable [] mask, int length) {
    if (mask != null) {
      mask("asked steps", mask, length);
    }
  }

  private void mask(String name, boolean[] mask, int length) {
    if (mask.length != length) {
      throw refused(
          "the mask of %s has %d steps, expected %d".formatted(name, mask.length, length));
    }
  }

  private DataException refused(String what) {
    return new DataException("%s: %s.".formatted(where.get(), what));
  }
}
