package dev.unroll.model.decoding;

import dev.unroll.data.Padded;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.layer.Attention;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.part.Assembly;
import dev.unroll.model.part.Head;
import dev.unroll.model.part.Probability;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.StackLayers;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/// A decoder: writes a sequence from a vector c, and from a memory if it has attention.
///
/// ```
/// s_0 = tanh(W c + b)               for all states, if the vector starts them; else 0, or learned
/// x_t = [c; e(y_{t−1})]             c at the first step only, or at every step; or
/// x_t = [attention(h_{t−1}); e(y_{t−1})]            additive, before the step
/// h_t = stack(x_t, s_{t−1})
/// y_t = φ(V h_t + c)                or φ(V [h_t; attention] + c), or after the step
/// h̃_t = tanh(C [h_t; attention(h_t)] + d)           multiplicative
/// y_t = φ(V h̃_t + c)
/// x_t = [h̃_{t−1}; e(y_{t−1})]       with input feeding, h̃_0 = 0
/// ```
///
/// The feedback `e(y_{t−1})` is a vector of the previous symbol, or the previous numbers, or
/// nothing.
public final class Decoder {
  private final Options options;
  private final Parameters parameters;
  private final Outputs outputs;
  private final @Nullable Reader feedback;
  private final StackLayers trunk;
  private final @Nullable Recurrent initial;
  private final @Nullable AttentionLayer attention;
  private final @Nullable Recurrent combination;
  private final Head head;
  private final int vectorSize;
  private final CounterRandom random;

  /// The inputs of a decoder's steps.
  ///
  /// @param feeding when it reads its vector; unused with attention
  /// @param starts whether its initial states come from the vector
  /// @param feedback the size of the vectors of the symbols that come back; for numbers anything
  ///     but 0 feeds them back; 0 feeds nothing back
  /// @param attention the rule of attention; null for none
  /// @param inputFeeding whether a step reads the attentional vector of the step before
  /// @param sampling the probability with which, in training, the model's own output is fed back
  ///     instead of the target (scheduled sampling: Bengio et al. 2015, arXiv 1506.03099)
  /// @param samplingSteps over how many training steps that probability grows from zero
  public record Options(Feeding feeding, boolean starts, int feedback,
      @Nullable Attention attention,
      boolean inputFeeding, double sampling, long samplingSteps) {

    public Options {
      Probability.require("scheduled sampling", sampling);
      if (feedback < 0 || samplingSteps < 0) {
        throw new IllegalArgumentException("feedback of size %d, sampling over %d draws; expected 0"
            .formatted(feedback, samplingSteps) + " or more");
      }
      if (attention == Attention.POOLING) {
        throw new IllegalArgumentException("a decoder attends by ADDITIVE, DOT or GENERAL");
      }
      if (inputFeeding && (attention == null || attention == Attention.ADDITIVE)) {
        throw new IllegalArgumentException(
            (attention == null ? "without attention there is nothing that input feeding could feed"
                : "ADDITIVE attention comes before the step, which reads its context already")
                + "; choose DOT or GENERAL, or leave input feeding out");
      }
      if (attention != null && feedback == 0) {
        throw new IllegalArgumentException("a decoder that attends needs what it wrote as input; "
            + "give the size of the vectors that come back");
      }
    }

    /// The probability of scheduled sampling at a training step.
    double sampling(long draw) {
      return draw >= samplingSteps ? sampling : sampling * draw / samplingSteps;
    }
  }

  /// @param vectorSize the size of c
  /// @param memorySize the size of a step of the memory; unused without attention
  public Decoder(Assembly model, String prefix, int vectorSize, int memorySize, Options options,
      RecurrentStack body, Outputs outputs) {
    if (body.directions() != null) {
      throw new IllegalArgumentException("a decoder cannot read what it has not yet written; give "
          + "its body one direction");
    }
    if (body.startsLearned() && options.starts()) {
      throw new IllegalArgumentException(
          "the initial states of a decoder are either learned or come from what it writes from; "
              + "leave the learned start out, or have it read its vector as input alone: "
              + "starting(false)");
    }
    this.options = options;
    this.outputs = outputs;
    this.vectorSize = vectorSize;
    random = model.random().stream(prefix + "sampling");
    parameters = model.parameters();
    boolean classes = outputs.loss() instanceof Loss.CrossEntropy;
    // Without an end there is one row more than classes: the start symbol.
    feedback = options.feedback() == 0 || !classes ? null
        : new Reader(prefix + "feedback",
            Inputs.symbols(outputs.targets() + 1, options.feedback()), parameters, model.random());
    if (feedback != null) {
      model.add(feedback::initialize);
    }
    int fed = feedbackSize();
    var rule = options.attention();
    int context = rule == null ? vectorSize
        : rule == Attention.ADDITIVE ? memorySize
            : options.inputFeeding() ? body.outputSize() : 0;
    trunk =
        model.add(
            new StackLayers(prefix + "layer", body, context + fed, parameters, model.random()));
    int hidden = trunk.layer().outputSize();
    initial = options.starts() && trunk.stateSize() > 0
        ? model.add(new Recurrent(prefix + "initial", Dense.cell(Function.TANH),
            Dimensions.of(vectorSize, trunk.stateSize()), parameters, 0, model.random()))
        : null;
    attention = rule == null ? null
        : model.add(new AttentionLayer(
            prefix + "attention", rule, hidden, memorySize, hidden, parameters, model.random()));
    boolean after = rule != null && rule != Attention.ADDITIVE;
    combination = after
        ? model.add(new Recurrent(prefix + "combination", COMBINATION,
            Dimensions.of(hidden + memorySize, hidden), parameters, 0, model.random()))
        : null;
    int said = rule == Attention.ADDITIVE ? hidden + memorySize : hidden;
    head = new Head(outputs, said, feedback == null ? null : feedback.embedding(), parameters,
        model.random());
    model.add(head.dense());
  }

  private static final Cell COMBINATION = Dense.cell(Function.TANH);

  Options options() {
    return options;
  }

  public Outputs outputs() {
    return outputs;
  }

  public Parameters parameters() {
    return parameters;
  }

  @Nullable
  Reader feedback() {
    return feedback;
  }

  StackLayers trunk() {
    return trunk;
  }

  @Nullable
  Recurrent initial() {
    return initial;
  }

  @Nullable
  AttentionLayer attention() {
    return attention;
  }

  @Nullable
  Recurrent combination() {
    return combination;
  }

  Head head() {
    return head;
  }

  CounterRandom random() {
    return random;
  }

  /// The size of c.
  int vectorSize() {
    return vectorSize;
  }

  /// The size of the feedback of a step.
  int feedbackSize() {
    return feedback != null ? options.feedback()
        : options.feedback() == 0 ? 0 : outputs.targets();
  }

  /// The size of the part of a step's input that is c, a context or an attentional vector.
  int contextSize() {
    return trunk.layer().inputSize() - feedbackSize();
  }

  /// Whether it attends before each step, with the output of the previous step.
  boolean attendsBefore() {
    return options.attention() == Attention.ADDITIVE;
  }

  /// Whether a step reads the attentional vector of the previous one, so that it runs step by step.
  boolean isStepwise() {
    return attendsBefore() || options.inputFeeding();
  }

  /// The start symbol, which is also the end symbol where sequences have one.
  public int border() {
    return outputs.targets();
  }

  /// The number of steps to write a target, including the end.
  int steps(Padded target) {
    return target.steps() + (outputs.ends() ? 1 : 0);
  }
}
