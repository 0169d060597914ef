package dev.unroll.app.run;

import dev.unroll.app.run.History.Validated;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingListener.Epoch;
import java.util.SequencedMap;

/// What a run does, for the first line of its log, its page and the screen.
public interface Description {
  /// The settings, each as JSON can hold it.
  SequencedMap<String, Object> fields();

  /// The settings for people: name and value; `cell` among them.
  SequencedMap<String, Object> table();

  /// The model in a few words.
  String summary();

  /// For the screen.
  ///
  /// @param run the folder
  String paragraph(String compute, long bytes, String run);

  /// The cell's.
  String equations();

  /// How the model learns.
  Recipe recipe();

  /// Whether there are data that validate; else the losses of epochs are those of training.
  boolean validates();

  /// What the loss is measured in, such as `nats per character`.
  String unit();

  /// What the loss is a mean over, such as `characters`.
  String counted();

  /// What the screen says of an epoch besides its losses, with a comma in front; empty for nothing.
  String alsoOf(Epoch epoch);

  /// The head of the last column in the page's table of epochs, such as `bits per character`; empty for
  /// none.
  String measure();

  /// What stands there.
  String measured(Validated epoch);

  /// What the page says of the best epoch: name and value.
  SequencedMap<String, Object> tiles(Validated best);
}
