package dev.unroll.app.data;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.model.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The scaling of the numbers of a run's examples, so that a model sees numbers of about one
/// whatever their units are. It is fitted to the training examples and saved with the model.
///
/// @param input of inputs; `null` if they are symbols, or unscaled
/// @param target likewise
public record Scales(@Nullable Scaling input, @Nullable Scaling target) {
  private static final String INPUT = "input";
  private static final String TARGET = "target";

  /// The range that numbers are scaled to.
  public enum Rule {
    /// Mean 0 and standard deviation 1 in each column.
    STANDARD,
    /// 0 … 1 in each column.
    MIN_MAX,
    /// No scaling.
    NONE;

    /// Fits a scaling. Columns with only 0 and 1 are flags and are not scaled.
    private @Nullable Scaling fit(List<Example> examples, Function<Example, Values> side) {
      var data = new ArrayList<Features>();
      for (var example : examples) {
        if (side.apply(example) instanceof Features features) {
          data.add(features);
        }
      }
      if (this == NONE || data.isEmpty()) {
        return null;
      }
      var scaling = this == STANDARD ? Scaling.standard(data) : Scaling.minMax(data);
      for (int c = 0; c < scaling.columns(); c++) {
        if (isFlag(data, c)) {
          scaling.shift()[c] = 0;
          scaling.scale()[c] = 1;
        }
      }
      return scaling;
    }

    private static boolean isFlag(List<Features> data, int column) {
      for (var features : data) {
        for (int i = column; i < features.values().length; i += features.columns()) {
          if (features.exact(i) != 0 && features.exact(i) != 1) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /// Fits the scales to examples.
  public static Scales of(ExampleSource given, List<Example> train) {
    return new Scales(given.scale().fit(train, Example::input),
        given.targetScale().fit(train, Example::target));
  }

  /// The scales of a model.
  public static Scales of(Structure model) {
    var architecture = model.architecture();
    return new Scales(architecture.inputs().scaling(), architecture.outputs().scaling());
  }

  /// The scaled examples.
  ///
  /// @throws dev.unroll.data.DataException if they have other columns
  public List<Example> apply(List<Example> examples) {
    return input == null && target == null ? examples
        : examples.stream().map(example -> example.with(scaled(input, example.input()),
            scaled(target, example.target()))).toList();
  }

  /// The same for examples that were not in training.
  ///
  /// @param where the place of the example with an index, for the beginning of a message
  /// @throws dev.unroll.data.DataException if a number is beyond a float once it is scaled, or the
  ///     columns differ
  public List<Example> apply(List<Example> examples, IntFunction<String> where) {
    var scaled = apply(examples);
    for (int i = 0; i < scaled.size(); i++) {
      require(where, i, INPUT, examples.get(i).input(), scaled.get(i).input(), input);
      require(where, i, TARGET, examples.get(i).target(), scaled.get(i).target(), target);
    }
    return scaled;
  }

  private static void require(IntFunction<String> where, int example, String side, Values before,
      Values after, @Nullable Scaling scaling) {
    if (scaling == null || !(after instanceof Features(var values, int columns, _))
        || !(before instanceof Features given)) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new DataException(
            ("%s: the %s at step %d, column %d is %s, which is scaled as (x - %s) / %s and then"
                + " beyond a float; correct it, or train on data that have such numbers")
                .formatted(where.apply(example), side, i / columns, i % columns,
                    given.values()[i], scaling.shift()[i % columns], scaling.scale()[i % columns]));
      }
    }
  }

  private static Values scaled(@Nullable Scaling scaling, Values values) {
    return scaling != null && values instanceof Features features ? scaling.apply(features)
        : values;
  }

  /// The divisor of a column of the targets.
  public double targetDivisor(int column) {
    return target == null ? 1 : target.scale()[column];
  }

  /// The shift of a column of the targets, subtracted before.
  public double targetShift(int column) {
    return target == null ? 0 : target.shift()[column];
  }

  /// Whether a model's outputs are not in the units of the data.
  public boolean scalesTargets() {
    return target != null;
  }
}
