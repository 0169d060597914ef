package dev.unroll.app;

import dev.unroll.train.Ending;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.time.Duration;

/// A training as a command runs it, of a text or of examples.
interface Training {
  /// The command that goes on with it.
  String command();

  Description description();

  /// Trains to the end.
  Ending train(TrainingListener listener) throws IOException;

  /// Asks it to end after the current step; any thread may.
  void stop();

  void checkpointEvery(Duration interval);

  boolean finished();

  /// The epochs that are complete.
  int epoch();

  /// The steps that are done.
  long step();

  /// The steps of the whole run.
  long steps();

  /// The lowest validation loss so far.
  double best();

  /// The bytes of memory that it takes.
  long bytes();

  /// A piece of what the model writes as it stands, to be shown after an epoch; empty for nothing.
  String text();
}
