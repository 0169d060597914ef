package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers over time with their labels: sequences of any lengths and of one width. A number that is missing
/// is NaN. Immutable; the arrays are shared and not to be changed.
public final class Sequences {
  private final Places places;
  private final List<Features> sequences;
  private final List<String> labels;
  private final @Nullable List<String> groups;

  Sequences(Places places, List<Features> sequences, List<String> labels,
      @Nullable List<String> groups) {
    this.places = places;
    this.sequences = List.copyOf(sequences);
    this.labels = List.copyOf(labels);
    this.groups = groups == null ? null : List.copyOf(groups);
  }

  /// Reads a file of the UCR and UEA archives, `.ts` (Bagnall et al. 2018, arXiv 1811.00075): `@dimensions`
  /// and `@classLabel` above `@data`, then a line for each sequence, its channels separated by colons, their
  /// numbers by commas, `?` for a missing one, and the class after the last colon.
  ///
  /// @throws DataException one sentence with the line
  public static Sequences ts(Path file) {
    return SequenceFile.read(file);
  }

  /// Sequences that are in memory.
  ///
  /// @param sequences each `[T, F]`
  /// @param labels one for each sequence
  /// @throws DataException if there are not as many, or none, or widths differ
  public static Sequences of(List<float[][]> sequences, List<String> labels) {
    var places = new Places("the list of sequences");
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
    return new Sequences(places, all, labels, null);
  }

  /// The same with groups: sequences of one group are never divided between training and validation.
  ///
  /// @param groups one for each sequence
  /// @throws DataException if there are not as many
  public Sequences groups(List<String> groups) {
    if (groups.size() != size()) {
      throw new DataException("There are %d sequences and %d groups, expected a group for each."
          .formatted(size(), groups.size()));
    }
    return new Sequences(places, sequences, labels, groups);
  }

  /// How many sequences there are.
  public int size() {
    return sequences.size();
  }

  /// F, the numbers of a step.
  public int columns() {
    return sequences.getFirst().columns();
  }

  /// What messages call them by.
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

  /// Where a sequence stands, to begin a message with.
  public String where(int number) {
    return places.where(number);
  }

  @Override
  public String toString() {
    return "%d sequences of %s".formatted(size(), name());
  }
}
