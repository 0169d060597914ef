package dev.unroll.exchange.network;

import dev.unroll.expr.Function;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import org.jspecify.annotations.Nullable;

/// A model as a chain that other libraries have modules for: perhaps an embedding, recurrent
/// layers, perhaps a pooling, an output layer.
///
/// @param pooling null for an output at each step
/// @param carried whether states are carried on, as in a language model
/// @param none the sentence that they have none, with `%s` for what
public record PlainChain(Inputs inputs, RecurrentStack body, @Nullable Pooling pooling,
    Outputs outputs, boolean carried, String none) {

  /// The chain of a model.
  ///
  /// @throws IllegalArgumentException by that sentence, if it has more than a chain
  public static PlainChain of(Structure model, String none) {
    var chain = switch (model) {
      case SequenceToVector it -> new PlainChain(it.architecture().inputs(),
          it.architecture().body(), it.architecture().pooling(), it.architecture().outputs(), false,
          none);
      case SequenceToSequence it -> new PlainChain(it.architecture().inputs(),
          it.architecture().body(), null, it.architecture().outputs(), it.architecture().carried(),
          none);
      default -> throw refusal(none, "a model that writes sequences");
    };
    chain.check();
    return chain;
  }

  private void check() {
    refuse(inputs.letters() != null, "reading the letters of words");
    refuse(body.isResidual(), "residual connections between layers");
    refuse(body.isLayerNormalized(), "layer normalization inside a cell");
    refuse(body.startsLearned(), "learned initial states");
    refuse(!body.cell().starts().isEmpty(), "states that do not start at zero");
    refuse(!body.cell().heads().isEmpty(), "block-diagonal matrices (heads)");
    refuse(body.zoneout() > 0, "zoneout");
    refuse(pooling == Pooling.ATTENTION, "attention pooling");
    refuse(outputs.loss() instanceof Loss.Chain, "a chain over the classes of a sequence");
    refuse(outputs.loss().plain().equals(Loss.gaussian()), "a Gaussian likelihood");
    refuse(outputs.activation() != null && outputs.activation() != Function.TANH
        && outputs.activation() != Function.SIGMOID && outputs.activation() != Function.RELU,
        "an output layer with " + outputs.activation());
  }

  /// Refuses the model if something applies to it.
  ///
  /// @throws IllegalArgumentException by the sentence
  public void refuse(boolean applies, String what) {
    if (applies) {
      throw refusal(what);
    }
  }

  /// The refusal of a part of the model.
  public IllegalArgumentException refusal(String what) {
    return refusal(none, what);
  }

  private static IllegalArgumentException refusal(String none, String what) {
    return new IllegalArgumentException(none.formatted(what));
  }
}
