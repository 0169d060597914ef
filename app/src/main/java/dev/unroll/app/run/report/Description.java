package dev.unroll.app.run.report;

import dev.unroll.app.run.report.History.Validated;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import java.util.SequencedMap;

/// The description of a run, for the first line of its log, its page and the screen.
public interface Description {
  /// The settings, each as a JSON value.
  SequencedMap<String, Object> fields();

  /// The settings for display: name and value, including `cell`.
  SequencedMap<String, Object> table();

  /// The model in a few words.
  String summary();

  /// A paragraph for the screen.
  ///
  /// @param run the folder
  String paragraph(String compute, long bytes, String run);

  /// The equations of the cell.
  String equations();

  /// The recipe of training.
  Recipe recipe();

  /// Whether there is validation data; else the losses of epochs are those of training.
  boolean validates();

  /// The unit of the loss, such as `nats per character`.
  String unit();

  /// The quantity that the loss is a mean over, such as `characters`.
  String counted();

  /// What is said after training: the figure that needs no learning, and the command to go on with;
  /// each on a line.
  ///
  /// @param run the folder
  String goOn(String run);

  /// Further text about an epoch on the screen, with a leading comma; empty for none.
  String alsoOf(Epoch epoch);

  /// The header of the last column in the page's table of epochs, such as `bits per character`;
  /// empty for none.
  String measure();

  /// The value in that column.
  String measured(Validated epoch);

  /// The figures of the best epoch on the page: name and value.
  SequencedMap<String, Object> tiles(Validated best);
}
