package dev.unroll.model.loss;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Losses as text: `cross-entropy(0.1)`, `squared`, `quantile(0.1, 0.9)`; after the smoothing of a
/// cross-entropy the weights of its classes.
final class LossText {
  static final String CROSS_ENTROPY = "cross-entropy";
  static final String CHAIN = "chain";
  static final String SPAN_CHAIN = "span-chain";
  static final String BINARY_CROSS_ENTROPY = "binary-cross-entropy";
  static final String SQUARED = "squared";
  static final String ABSOLUTE = "absolute";
  static final String HUBER = "huber";
  static final String QUANTILE = "quantile";
  static final String GAUSSIAN = "gaussian";

  private static final Pattern FORM = Pattern.compile("([a-z-]+)(?:\\(([^()]*)\\))?");

  private LossText() {}

  static String of(String name, double... numbers) {
    return Arrays.stream(numbers).mapToObj(Double::toString)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  static Loss parse(String text) {
    var form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw unknown(text);
    }
    var given = form.group(2);
    double[] numbers = given == null ? new double[0] : numbers(given, text);
    int n = numbers.length;
    var name = form.group(1);
    boolean fits = switch (name) {
      case CROSS_ENTROPY -> true;
      case CHAIN, SPAN_CHAIN, BINARY_CROSS_ENTROPY, SQUARED, ABSOLUTE, GAUSSIAN -> n == 0;
      case HUBER -> n == 1;
      case QUANTILE -> n >= 1;
      default -> false;
    };
    if (!fits) {
      throw unknown(text);
    }
    return switch (name) {
      case CROSS_ENTROPY -> new Loss.CrossEntropy(n == 0 ? 0 : numbers[0],
          Arrays.stream(numbers).skip(1).boxed().toList());
      case CHAIN -> Loss.chain();
      case SPAN_CHAIN -> Loss.spanChain();
      case BINARY_CROSS_ENTROPY -> Loss.binaryCrossEntropy();
      case SQUARED -> Loss.squared();
      case ABSOLUTE -> Loss.absolute();
      case HUBER -> Loss.huber(numbers[0]);
      case QUANTILE -> Loss.quantile(numbers);
      default -> Loss.gaussian();
    };
  }

  private static double[] numbers(String given, String text) {
    try {
      return Arrays.stream(given.split(",", -1)).mapToDouble(n -> Double.parseDouble(n.strip()))
          .toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(unknown(text).getMessage(), e);
    }
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        ("'%s' is no loss; expected one of %s, %s, %s, %s, %s, %s, %s, %s, %s, with its numbers in "
            + "brackets: "
            + "%s(0.5)").formatted(text, CROSS_ENTROPY, CHAIN, SPAN_CHAIN, BINARY_CROSS_ENTROPY,
                SQUARED, ABSOLUTE,
                HUBER, QUANTILE, GAUSSIAN, HUBER));
  }
}
