package dev.unroll.app.settings;

import dev.unroll.app.console.OfTheModel;
import picocli.CommandLine.Option;

/// Options of the recurrent stack of a model.
@OfTheModel
public final class StackOptions {
  @Option(names = "--residual", description = "Add the input of each further layer to its output.")
  boolean residual;

  @Option(
      names = "--untied",
      description = "With --variational: masks of their own for each gate.")
  boolean untied;

  @Option(
      names = "--zoneout",
      paramLabel = "P",
      description = "The probability with which a state keeps its value.")
  double zoneout;

  @Option(
      names = "--weight-drop",
      paramLabel = "P",
      description = "Probability of dropout on the matrices that multiply states.")
  double weightDrop;

  @Option(
      names = "--activation-penalty",
      paramLabel = "A",
      description = "Adds A times the mean square of the last layer's outputs to the loss.")
  double activationPenalty;

  @Option(
      names = "--temporal-penalty",
      paramLabel = "B",
      description = "Likewise of how much they change from step to step.")
  double temporalPenalty;

  @Option(
      names = "--preserve-gradients",
      paramLabel = "L",
      description = "L times the regulariser Ω, which keeps gradients from vanishing in a simple "
          + "RNN.")
  double preservation;

  @Option(names = "--layer-norm", description = "Normalise every product over the layer.")
  boolean layerNormalized;
}
