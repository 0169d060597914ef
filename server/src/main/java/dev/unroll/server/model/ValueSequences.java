package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.Values;
import dev.unroll.model.Inputs;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The inputs of structures as tensors: `features` `[B, T, F]` or `symbols` `[B, T]`, and if the
/// sequences differ in length, `lengths` `[B]`.
final class ValueSequences {
  static final String FEATURES = "features";
  static final String SYMBOLS = "symbols";
  private static final String LENGTHS = "lengths";

  private ValueSequences() {}

  static TensorSpec spec(Inputs inputs) {
    if (inputs.symbols() == 0) {
      var columns = inputs.columns();
      return TensorSpec.of(FEATURES, Datatype.FP32, -1, -1, inputs.size())
          .labels(columns == null ? List.of() : columns);
    }
    return TensorSpec.of(SYMBOLS, Datatype.INT64, -1, -1);
  }

  /// The sequences of a request.
  ///
  /// @param longest the most steps of one
  static List<Values> of(InferRequest request, Inputs inputs, int longest) {
    boolean isVectors = inputs.symbols() == 0;
    var tensor = request.require(isVectors ? FEATURES : SYMBOLS);
    int[] shape = tensor.shape();
    boolean fits = isVectors ? shape.length == 3 && shape[2] == inputs.size() : shape.length == 2;
    if (!fits || shape[0] < 1 || shape[1] < 1) {
      throw invalid("the input %s does not fit; expected [B, T%s], of 1 or more sequences B and"
          + " steps T", tensor, isVectors ? ", " + inputs.size() : "");
    }
    int steps = shape[1];
    requireLength(steps, longest);
    int[] lengths = lengths(request, shape[0], steps);
    var sequences = new ArrayList<Values>(shape[0]);
    for (int b = 0; b < shape[0]; b++) {
      sequences.add(isVectors ? vectors(tensor, b * steps, lengths[b], inputs.size())
          : symbols(tensor, b * steps, lengths[b], inputs));
    }
    return sequences;
  }

  static void requireLength(int steps, int longest) {
    if (steps > longest) {
      throw RefusedException.of(413,
          "the request has sequences of %d steps, at most %d are allowed", steps, longest);
    }
  }

  static int[] lengths(InferRequest request, int batch, int steps) {
    var given = request.input(LENGTHS);
    int[] lengths = new int[batch];
    Arrays.fill(lengths, steps);
    if (given != null) {
      long[] all = given.longs();
      if (all.length != batch || Arrays.stream(all).anyMatch(n -> n < 1 || n > steps)) {
        throw invalid("the lengths of %d sequences are %s, expected one of 1 to %d for each", batch,
            Arrays.toString(Arrays.copyOf(all, Math.min(all.length, 8))), steps);
      }
      Arrays.setAll(lengths, i -> (int) all[i]);
    }
    return lengths;
  }

  private static Values vectors(TensorData tensor, int first, int steps, int columns) {
    if (tensor.elements() instanceof double[] doubles) {
      return Values.Features.exact(
          Arrays.copyOfRange(doubles, first * columns, (first + steps) * columns), columns);
    }
    return new Values.Features(
        Arrays.copyOfRange(tensor.floats(), first * columns, (first + steps) * columns), columns);
  }

  private static Values symbols(TensorData tensor, int first, int steps, Inputs inputs) {
    int[] symbols = new int[steps];
    var tokens = inputs.tokens();
    if (tensor.elements() instanceof String[] texts && tokens != null) {
      Arrays.setAll(symbols, i -> tokens.number(texts[first + i]));
    } else {
      long[] numbers = tensor.longs();
      Arrays.setAll(symbols, i -> {
        long number = numbers[first + i];
        if (number < 0 || number >= inputs.symbols()) {
          throw invalid("element %d of the input symbols is %d, expected a symbol of 0 to %d",
              first + i, number, inputs.symbols() - 1);
        }
        return (int) number;
      });
    }
    return new Values.Symbols(symbols);
  }
}
