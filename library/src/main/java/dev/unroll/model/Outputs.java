package dev.unroll.model;

import dev.unroll.data.DataException;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.data.text.Excerpt;
import dev.unroll.expr.Function;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outputs of a model at a step, `y = φ(V h + c)`, and the loss that trains them.
///
/// @param targets the number of classes, bits or numbers
/// @param ends whether sequences of classes end with a symbol of their own, which the model appends
///     as the last class: a decoder then writes until it outputs that symbol
/// @param activation φ, the identity where null
/// @param loss the loss that is minimized
/// @param tied whether V is the table of the vectors of symbols that the model reads (Press and
///     Wolf 2017, arXiv 1608.05859; Inan et al. 2017, arXiv 1611.01462)
/// @param labels what the classes are; null where that is not known
/// @param scaling from the units of the targets to those of the model; null for none
public record Outputs(
    int targets, boolean ends, @Nullable Function activation, Loss loss, boolean tied,
    @Nullable Tokens labels, @Nullable Scaling scaling) {

  /// @throws IllegalArgumentException if there are no outputs, or the loss has an activation of
  ///     its own
  public Outputs {
    if (targets < 1) {
      throw new IllegalArgumentException(targets + " targets, expected at least 1");
    }
    boolean fromLogits = loss.isOfClasses() || loss instanceof BinaryCrossEntropy;
    if (fromLogits && activation != null) {
      throw new IllegalArgumentException(
          "%s has an activation of its own; leave %s out".formatted(loss, activation));
    }
    if (labels != null && labels.size() != targets) {
      throw new IllegalArgumentException("there are %d labels for %d classes; expected as many"
          .formatted(labels.size(), targets));
    }
    if (ends && !(loss instanceof Loss.CrossEntropy)) {
      throw new IllegalArgumentException(
          "only sequences of classes end by a symbol, not those of %s".formatted(loss));
    }
    if (scaling != null && (loss.countsRight() || scaling.columns() != targets)) {
      throw new IllegalArgumentException(
          "a scaling of %d columns for %s; expected a column for each number"
              .formatted(scaling.columns(),
                  loss.countsRight() ? "classes or bits" : targets + " numbers"));
    }
  }

  /// One of n classes, with the cross-entropy.
  public static Outputs classes(int n) {
    return new Outputs(n, false, null, Loss.crossEntropy(), false, null, null);
  }

  /// One of the labels that occur in a list, with the cross-entropy.
  ///
  /// @throws dev.unroll.data.DataException if there are not two different ones, or one is null
  public static Outputs labels(Collection<String> labels) {
    var list = new ArrayList<>(labels);
    DataException.refuseNullIn(list, "label");
    var tokens = Tokens.in(List.of(list));
    if (tokens.size() < 2) {
      throw new DataException(
          "all labels are \"%s\", so that there is nothing to tell apart; give at"
              .formatted(Excerpt.of(tokens.token(0))) + " least two different ones");
    }
    return classes(tokens.size()).named(tokens);
  }

  /// One of n tags at each step of a sequence, where a tag depends on the one before it
  /// ([Loss#chain]).
  public static Outputs tags(int n) {
    return classes(n).loss(Loss.chain());
  }

  /// Tags that are known by name. If they are those of spans, a span cannot go on that has not
  /// begun ([Loss#spanChain]).
  ///
  /// @param spans whether the tags are `B-TYPE`, `I-TYPE` and `O`
  public static Outputs tags(Tokens tags, boolean spans) {
    return tags(tags.size()).loss(spans ? Loss.spanChain() : Loss.chain()).named(tags);
  }

  /// Sequences of symbols whose length the model decides: one of n classes, or the end.
  public static Outputs symbols(int n) {
    return new Outputs(n, true, null, Loss.crossEntropy(), false, null, null);
  }

  /// n bits that are independent of each other, with the binary cross-entropy.
  public static Outputs bits(int n) {
    return new Outputs(n, false, null, Loss.binaryCrossEntropy(), false, null, null);
  }

  /// n numbers, with the squared error.
  public static Outputs numbers(int n) {
    return new Outputs(n, false, null, Loss.squared(), false, null, null);
  }

  /// The same with an activation: `y = tanh(V h + c)` for [Function#TANH].
  public Outputs activation(Function activation) {
    return new Outputs(targets, ends, activation, loss, tied, labels, scaling);
  }

  /// The same with another loss.
  public Outputs loss(Loss loss) {
    return new Outputs(targets, ends, activation, loss, tied, labels, scaling);
  }

  /// The same with label smoothing.
  public Outputs smoothing(double smoothing) {
    return loss(Loss.crossEntropy().smoothing(smoothing));
  }

  /// The same with the table of the symbols' vectors as V.
  public Outputs tie() {
    return new Outputs(targets, ends, activation, loss, true, labels, scaling);
  }

  /// The same with classes that are known by name; null for none.
  public Outputs named(@Nullable Tokens labels) {
    return new Outputs(targets, ends, activation, loss, tied, labels, scaling);
  }

  /// The same with targets in the units of the data: the model learns scaled ones, and its
  /// predictions are in the units of the data again. A [dev.unroll.data.Batch] and the outputs of a
  /// [ModelRun] have the units of the model.
  ///
  /// @param scaling of a column for each number; null for none
  public Outputs scaled(@Nullable Scaling scaling) {
    return new Outputs(targets, ends, activation, loss, tied, labels, scaling);
  }

  /// Refuses a chain where there is no sequence whose steps are scored at once.
  ///
  /// @param what the structure
  /// @throws IllegalArgumentException if the loss is a chain
  void refuseChain(String what) {
    if (loss instanceof Loss.Chain) {
      throw new IllegalArgumentException(
          "%s cannot have the loss %s, which is of the classes of all steps of an input; use it "
              .formatted(what, loss) + "in a SequenceToSequence, or Loss.crossEntropy()");
    }
  }

  /// The number of classes or numbers of a step, including the end.
  public int all() {
    return ends ? targets + 1 : targets;
  }

  /// The size of y.
  public int size() {
    return loss.outputs(all());
  }
}
