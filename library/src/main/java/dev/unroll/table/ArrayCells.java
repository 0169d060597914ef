package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses cells that are JSON arrays as sequences of numbers.
final class ArrayCells {
  private ArrayCells() {}

  static Sequences read(Table table, Column input, Column label) {
    var places = new RowPlaces(table.name());
    var sequences = new ArrayList<Features>();
    var labels = new ArrayList<String>();
    for (int row = 0; row < table.rows(); row++) {
      places.add(table.line(row));
      var features = features(input.text(row), input.where(row));
      if (!sequences.isEmpty() && features.columns() != sequences.getFirst().columns()) {
        throw new DataException("%s: %d numbers a step, but the first row has %d; give as many."
            .formatted(input.where(row), features.columns(), sequences.getFirst().columns()));
      }
      sequences.add(features);
      var name = label.text(row).strip();
      if (name.isEmpty()) {
        throw new DataException("%s: there is no label; write one, or leave the row out."
            .formatted(label.where(row)));
      }
      labels.add(name);
    }
    return new Sequences(places, sequences, labels, null, null, input.name(), label.name());
  }

  /// The numbers of an array.
  ///
  /// @param where the place, for the beginning of a message
  /// @throws DataException one sentence
  static Features features(String text, String where) {
    List<?> steps;
    try {
      steps = Json.parse(text, where) instanceof List<?> list ? list : List.of();
    } catch (FormatException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
    if (steps.isEmpty()) {
      throw new DataException(
          "%s: expected an array of numbers, or of arrays of numbers, with a step"
              .formatted(where) + " or more.");
    }
    int columns = steps.getFirst() instanceof List<?> first ? first.size() : 1;
    double[] values = new double[Math.multiplyExact(steps.size(), columns)];
    for (int t = 0; t < steps.size(); t++) {
      var step = steps.get(t) instanceof List<?> list ? list : one(steps.get(t));
      if (step.size() != columns) {
        throw new DataException(
            "%s: step %d has %d numbers, but the first one has %d; give as many."
                .formatted(where, t + 1, step.size(), columns));
      }
      for (int c = 0; c < columns; c++) {
        values[t * columns + c] = switch (step.get(c)) {
          case null -> Double.NaN;
          case Number number -> number.doubleValue();
          default ->
              throw new DataException("%s: step %d has something that is no number; correct it."
                  .formatted(where, t + 1));
        };
      }
    }
    return Features.exact(values, columns);
  }

  private static List<?> one(@Nullable Object value) {
    var list = new ArrayList<@Nullable Object>();
    list.add(value);
    return list;
  }
}
