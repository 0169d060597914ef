package dev.unroll.keras.network;

import dev.unroll.format.FormatException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The activations of Keras that our equations can say.
enum KerasActivation {
  // @formatter:off
  TANH("tanh(%s)"),
  SIGMOID("σ(%s)"),
  /// Up to Keras 2.
  HARD_SIGMOID("min(max(0.2 * (%s) + 0.5, 0), 1)"),
  /// Since Keras 3, which changed the slope.
  HARD_SIGMOID_3("min(max((%s) + 3, 0), 6) / 6"),
  RELU("relu(%s)"),
  RELU6("min(relu(%s), 6)"),
  LINEAR("(%s)"),
  EXPONENTIAL("exp(%s)"),
  HARD_TANH("min(max(%s, -1), 1)");
  // @formatter:on

  private final String form;

  KerasActivation(String form) {
    this.form = form;
  }

  /// An activation by the name that Keras has for it.
  ///
  /// @param layer for messages
  /// @param version of Keras
  /// @throws FormatException if we have no equation for it
  static KerasActivation of(String layer, String name, String version) throws FormatException {
    if (name.equals("hard_sigmoid")) {
      return version.startsWith("3") ? HARD_SIGMOID_3 : HARD_SIGMOID;
    }
    for (var activation : values()) {
      if (activation != HARD_SIGMOID_3 && activation.keras().equals(name)) {
        return activation;
      }
    }
    throw new FormatException("%s has the activation %s; expected one of %s".formatted(layer, name,
        Arrays.stream(values()).filter(activation -> activation != HARD_SIGMOID_3)
            .map(KerasActivation::keras).collect(Collectors.joining(", "))));
  }

  /// The name that Keras has for it.
  String keras() {
    return this == HARD_SIGMOID_3 ? "hard_sigmoid" : name().toLowerCase(Locale.ROOT);
  }

  /// Whether Keras 3 means this by that name.
  boolean isOfKeras3() {
    return this != HARD_SIGMOID;
  }

  /// In the name of a cell: `hard-sigmoid`.
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The activation of an expression, as an equation has it.
  String of(String argument) {
    return form.formatted(argument);
  }
}
