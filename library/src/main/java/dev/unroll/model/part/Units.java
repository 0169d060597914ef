package dev.unroll.model.part;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.Structure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Converts between the units of the data and those of a model.
public record Units(Inputs inputs, Outputs outputs) {
  /// The units of a model.
  public static Units of(Structure model) {
    var architecture = model.architecture();
    return new Units(architecture.inputs(), architecture.outputs());
  }

  /// Examples in the units of the model.
  ///
  /// @throws DataException if they have other columns, or a number is beyond a float once it is
  ///     scaled
  public List<Example> scaled(List<Example> examples) {
    return inputs.scaling() == null && outputs.scaling() == null ? examples
        : examples.stream().map(example -> new Example(input(example.input()),
            scaled("target", outputs.scaling(), example.target()), example.inputMask(),
            example.targetMask())).toList();
  }

  /// An input in the units of the model.
  ///
  /// @throws DataException as [#scaled]
  public Values input(Values values) {
    return scaled("input", inputs.scaling(), values);
  }

  private static Values scaled(String side, @Nullable Scaling scaling, Values values) {
    if (scaling == null || !(values instanceof Features features)) {
      return values;
    }
    var scaled = scaling.apply(features);
    for (int i = 0; i < scaled.values().length; i++) {
      if (Float.isFinite(features.values()[i]) && !Float.isFinite(scaled.values()[i])) {
        int column = i % scaling.columns();
        throw new DataException(
            ("the %s at step %d, column %d is %s, which is scaled as (x - %s) / %s and then beyond "
                + "a float; correct it, or train on data that have such numbers").formatted(side,
                    i / scaling.columns(), column, features.values()[i], scaling.shift()[column],
                    scaling.scale()[column]));
      }
    }
    return scaled;
  }

  /// Turns a row of outputs into the units of the data, in place.
  public void invert(float[] y, int at) {
    var scaling = outputs.scaling();
    if (scaling != null) {
      outputs.loss().invert(scaling, y, at);
    }
  }
}
