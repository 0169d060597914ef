package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Features;
import dev.unroll.datasets.format.MatFile;
import dev.unroll.datasets.format.SourceBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Polyphonic music as piano rolls: at each step 88 keys, 1 where a key sounds, with the split of
/// Boulanger-Lewandowski, Bengio and Vincent, "Modeling Temporal Dependencies in High-Dimensional
/// Sequences", ICML 2012. The measure is the negative log-likelihood of the next step, summed over
/// the keys, per step.
///
/// @param train pieces of `[T, 88]` for training
/// @param validation pieces for validation
/// @param test pieces for test
public record PianoRolls(List<Features> train, List<Features> validation, List<Features> test) {
  /// The keys of a piano, MIDI notes 21 … 108.
  public static final int KEYS = 88;

  /// The JSB Chorales, which ship with the program: 382 pieces by Bach, 229 for training, 76 for
  /// validation, 77 for test.
  public static PianoRolls jsbChorales() {
    return of(SourceBytes.shipped("jsb-chorales/JSB_Chorales.mat"));
  }

  /// A MATLAB 5 file with the cell arrays `traindata`, `validdata` and `testdata`, as the
  /// temporal convolutional networks of Bai, Kolter and Koltun 2018 provide them.
  ///
  /// @throws DataException one sentence, if it is missing, damaged or holds something else
  public static PianoRolls read(Path file) {
    return of(SourceBytes.of(file));
  }

  private static PianoRolls of(SourceBytes source) {
    var file = MatFile.of(source);
    return new PianoRolls(
        pieces(source, file, "traindata"),
        pieces(source, file, "validdata"),
        pieces(source, file, "testdata"));
  }

  private static List<Features> pieces(SourceBytes source, MatFile file, String part) {
    var pieces = new ArrayList<Features>();
    for (var matrix : file.cells(part)) {
      if (matrix.columns() != KEYS) {
        throw new DataException(
            "%s: piece %d of %s has %d columns, expected a step in each row and %d keys."
                .formatted(source.name(), pieces.size(), part, matrix.columns(), KEYS));
      }
      float[] values = new float[matrix.rows() * KEYS];
      for (int i = 0; i < values.length; i++) {
        double value = matrix.at(i / KEYS, i % KEYS);
        if (value != 0 && value != 1) {
          throw new DataException(
              "%s: piece %d of %s has %s at step %d, key %d, expected 0 or 1."
                  .formatted(source.name(), pieces.size(), part, value, i / KEYS, i % KEYS));
        }
        values[i] = (float) value;
      }
      pieces.add(new Features(values, KEYS));
    }
    return pieces;
  }

  /// Examples to predict the next step: the input is a piece without its last step, the target
  /// without its first, as in Bai 2018; the first step is not predicted. Pieces of one step, which
  /// have no next, are left out.
  public Split nextStep() {
    return new Split(nextStep(train), nextStep(validation), nextStep(test));
  }

  private static List<Example> nextStep(List<Features> pieces) {
    var examples = new ArrayList<Example>(pieces.size());
    for (var piece : pieces) {
      float[] values = piece.values();
      if (piece.length() > 1) {
        examples.add(
            new Example(
                new Features(Arrays.copyOf(values, values.length - KEYS), KEYS),
                new Features(Arrays.copyOfRange(values, KEYS, values.length), KEYS)));
      }
    }
    return examples;
  }
}
