package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sequences of numbers with their labels, of any lengths and of one width. A missing number is
/// NaN. Immutable; the arrays are shared and must not be changed.
public final class Sequences {
  private final RowPlaces places;
  private final List<Features> sequences;
  private final List<String> labels;
  private final @Nullable List<String> groups;

  /// The row of each sequence; null if they are in order.
  private final int @Nullable [] rows;
  private final @Nullable String inputColumn;
  private final @Nullable String labelColumn;

  Sequences(RowPlaces places, List<Features> sequences, List<String> labels,
      @Nullable List<String> groups, int @Nullable [] rows) {
    this(places, sequences, labels, groups, rows, null, null);
  }

  Sequences(RowPlaces places, List<Features> sequences, List<String> labels,
      @Nullable List<String> groups, int @Nullable [] rows, @Nullable String inputColumn,
      @Nullable String labelColumn) {
    this.inputColumn = inputColumn;
    this.labelColumn = labelColumn;
    this.places = places;
    this.rows = rows;
    this.sequences = List.copyOf(sequences);
    this.labels = List.copyOf(labels);
    this.groups = groups == null ? null : List.copyOf(groups);
  }

  /// Reads a file of the UCR and UEA archives, `.ts` (Bagnall et al. 2018, arXiv 1811.00075):
  /// `@dimensions` and `@classLabel` above `@data`, then a line for each sequence, its channels
  /// separated by colons, their numbers by commas, `?` for a missing one, and the class after the
  /// last colon.
  ///
  /// @throws DataException one sentence with the line
  public static Sequences ts(Path file) {
    return SequenceFile.read(file);
  }

  /// Parses cells of a table that are JSON arrays: of numbers, or of arrays of numbers, one for
  /// each step; `null` for a missing number.
  ///
  /// @param input the name of the column with the arrays
  /// @param label the name of the column with the labels
  /// @throws DataException one sentence with the line
  public static Sequences of(Table table, String input, String label) {
    return ArrayCells.read(table, table.column(input), table.column(label));
  }

  /// Parses one JSON array, as [#of(Table, String, String)] parses a cell.
  ///
  /// @param where the place, for the beginning of a message
  /// @throws DataException one sentence
  public static Features parse(String array, String where) {
    return ArrayCells.features(array, where);
  }

  /// Sequences from memory.
  ///
  /// @param sequences each `[T, F]`
  /// @param labels one for each sequence
  /// @throws DataException if there is none, or the numbers of labels or the widths differ
  public static Sequences of(List<float[][]> sequences, List<String> labels) {
    var places = new RowPlaces("the list of sequences");
    if (sequences.size() != labels.size()) {
      throw new DataException("There are %d sequences and %d labels, expected a label for each."
          .formatted(sequences.size(), labels.size()));
    }
    if (sequences.isEmpty()) {
      throw new DataException("There are no sequences, expected at least one.");
    }
    var all = new ArrayList<Features>();
    for (var steps : sequences) {
      var features = Features.ofRows(steps);
      if (!all.isEmpty() && features.columns() != all.getFirst().columns()) {
        throw new DataException(
            "Sequence %d has %d numbers a step, but the first one has %d; give as many."
                .formatted(all.size(), features.columns(), all.getFirst().columns()));
      }
      all.add(features);
      places.add(all.size());
    }
    return new Sequences(places, all, labels, null, null);
  }

  /// The same with groups: sequences of one group are never divided between training and
  /// validation.
  ///
  /// @param groups one for each sequence
  /// @throws DataException if their numbers differ
  public Sequences groups(List<String> groups) {
    if (groups.size() != size()) {
      throw new DataException("There are %d sequences and %d groups, expected a group for each."
          .formatted(size(), groups.size()));
    }
    return new Sequences(places, sequences, labels, groups, rows, inputColumn, labelColumn);
  }

  /// A selection of the sequences.
  ///
  /// @param chosen their indices, each from 0 to `size() − 1`
  public Sequences rows(int... chosen) {
    int[] some = chosen.clone();
    for (int i = 0; i < some.length; i++) {
      some[i] = rows == null ? chosen[i] : rows[chosen[i]];
    }
    return new Sequences(places, some(sequences, chosen), some(labels, chosen),
        groups == null ? null : some(groups, chosen), some, inputColumn, labelColumn);
  }

  private static <T> List<T> some(List<T> all, int[] numbers) {
    return Arrays.stream(numbers).mapToObj(all::get).toList();
  }

  /// The name of the column of a table that they are from; null if they are not from a table.
  public @Nullable String inputColumn() {
    return inputColumn;
  }

  /// The name of the column of the labels; null if they are not from a table.
  public @Nullable String labelColumn() {
    return labelColumn;
  }

  /// The number of sequences.
  public int size() {
    return sequences.size();
  }

  /// F, the number of features of a step.
  public int columns() {
    return sequences.getFirst().columns();
  }

  /// Their name in messages.
  public String name() {
    return places.name();
  }

  /// The numbers of each sequence.
  public List<Features> sequences() {
    return sequences;
  }

  /// The label of each sequence.
  public List<String> labels() {
    return labels;
  }

  /// The group of each sequence; null for none.
  public @Nullable List<String> groups() {
    return groups;
  }

  /// The place of a sequence, for the beginning of a message.
  public String where(int number) {
    return places.where(rows == null ? number : rows[number]);
  }

  @Override
  public String toString() {
    return "%d sequences of %s".formatted(size(), name());
  }
}
