package dev.unroll.stream;

import dev.unroll.data.DataException;
import java.util.Arrays;
import java.util.List;

/// The output of a model for an event: named numbers. It is a view that the next event overwrites:
/// read it within [ScoreResult#of], or copy it with [#toArray].
///
/// | model | numbers |
/// | --- | --- |
/// | of classes or bits | the probability of each, by its label |
/// | of numbers | `y0`, `y1` … in the units of the data |
/// | next-event surprise | `surprise` in bits, `probability`, `alarm`; NaN for a key's first event |
/// | detector | `expected`, `distance`, `likelihood`, `alarm`; NaN until it has seen enough |
/// | forecaster | `target+1`, `target+1 q0.1` …: medians and quantiles of the next steps |
/// | ONNX | the elements of each output, by its name |
public final class EventScore {
  private final StreamModel model;
  private final List<String> names;
  private float[] values = {};
  private int offset;

  EventScore(StreamModel model) {
    this.model = model;
    names = model.outputs();
  }

  EventScore at(float[] values, int offset) {
    this.values = values;
    this.offset = offset;
    return this;
  }

  /// The names of the numbers.
  public List<String> names() {
    return names;
  }

  /// A number by its place.
  public float value(int i) {
    if (i < 0 || i >= names.size()) {
      throw new DataException("there is no number %d in a score of %d: %s".formatted(i,
          names.size(), names));
    }
    return values[offset + i];
  }

  /// A number by its name.
  ///
  /// @throws DataException if there is none of this name
  public float value(String name) {
    int i = names.indexOf(name);
    if (i < 0) {
      throw new DataException("there is no %s in a score; there are %s".formatted(name, names));
    }
    return values[offset + i];
  }

  /// The name of the largest number: the most probable label of a model of classes.
  public String label() {
    int most = 0;
    for (int i = 1; i < names.size(); i++) {
      if (values[offset + i] > values[offset + most]) {
        most = i;
      }
    }
    return names.get(most);
  }

  /// Whether it is an alarm: of a detector, or a surprise beyond the threshold.
  ///
  /// @throws DataException if the model gives no alarms
  public boolean alarm() {
    return value(StreamModel.ALARM) != 0;
  }

  /// The version of the model that gave it ([StreamModel#version]).
  public String version() {
    return model.version();
  }

  /// A copy of the numbers.
  public float[] toArray() {
    return Arrays.copyOfRange(values, offset, offset + names.size());
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(names.get(i)).append(' ').append(values[offset + i]);
    }
    return text.toString();
  }
}
