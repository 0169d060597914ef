package dev.unroll.model;

import dev.unroll.expr.Function;
import org.jspecify.annotations.Nullable;

/// What a model puts out at a step, `y = φ(V h + c)`, and by which loss it learns.
///
/// @param targets how many classes, bits or numbers there are
/// @param ends whether sequences of classes end by a symbol of their own, which the model adds as the
///     last class: what a decoder writes is as long as it says
/// @param activation φ, the identity where null
/// @param loss what is made small
/// @param tied whether V is the table of the vectors of symbols that the model reads (Press and Wolf
///     2017, arXiv 1608.05859; Inan et al. 2017, arXiv 1611.01462)
public record Outputs(
    int targets, boolean ends, @Nullable Function activation, Loss loss, boolean tied) {

  /// @throws IllegalArgumentException if there is nothing to put out, or the loss has an activation of
  ///     its own
  public Outputs {
    if (targets < 1) {
      throw new IllegalArgumentException(targets + " targets, expected at least 1");
    }
    boolean fromLogits = loss instanceof Loss.CrossEntropy || loss instanceof BinaryCrossEntropy;
    if (fromLogits && activation != null) {
      throw new IllegalArgumentException(
          "%s has an activation of its own; leave %s out".formatted(loss, activation));
    }
    if (ends && !(loss instanceof Loss.CrossEntropy)) {
      throw new IllegalArgumentException(
          "only sequences of classes end by a symbol, not those of %s".formatted(loss));
    }
  }

  /// One of n classes, by cross-entropy.
  public static Outputs classes(int n) {
    return new Outputs(n, false, null, Loss.crossEntropy(), false);
  }

  /// Symbols of which a decoder writes as many as it likes: one of n classes, or the end.
  public static Outputs symbols(int n) {
    return new Outputs(n, true, null, Loss.crossEntropy(), false);
  }

  /// n bits that are independent of each other, by binary cross-entropy.
  public static Outputs bits(int n) {
    return new Outputs(n, false, null, Loss.binaryCrossEntropy(), false);
  }

  /// n numbers, by the squared error.
  public static Outputs numbers(int n) {
    return new Outputs(n, false, null, Loss.squared(), false);
  }

  /// The same with an activation: `y = tanh(V h + c)` for [Function#TANH].
  public Outputs activation(Function activation) {
    return new Outputs(targets, ends, activation, loss, tied);
  }

  /// The same with another loss.
  public Outputs loss(Loss loss) {
    return new Outputs(targets, ends, activation, loss, tied);
  }

  /// The same with label smoothing.
  public Outputs smoothing(double smoothing) {
    return loss(Loss.crossEntropy().smoothing(smoothing));
  }

  /// The same with the table of the symbols' vectors as V.
  public Outputs tie() {
    return new Outputs(targets, ends, activation, loss, true);
  }

  /// The classes or numbers of a step, the end among them.
  int all() {
    return ends ? targets + 1 : targets;
  }

  /// The size of y.
  int size() {
    return loss.outputs(all());
  }
}
