package dev.unroll.app;

import dev.unroll.kernel.Engine;
import dev.unroll.train.Ending;
import dev.unroll.train.TextTask;
import dev.unroll.train.TextTraining;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.time.Duration;

/// The training of a language model on a text.
///
/// @param sample the characters to write after an epoch
record TextRun(TextTraining training, TextTask task, Engine engine, int sample)
    implements
      Training {

  @Override
  public String command() {
    return "train";
  }

  @Override
  public Description description() {
    return TextDescription.of(training, task);
  }

  @Override
  public Ending train(TrainingListener listener) throws IOException {
    return training.train(listener);
  }

  @Override
  public void stop() {
    training.stop();
  }

  @Override
  public void checkpointEvery(Duration interval) {
    training.checkpointEvery(interval);
  }

  @Override
  public boolean finished() {
    return training.finished();
  }

  @Override
  public int epoch() {
    return training.epoch();
  }

  @Override
  public long step() {
    return training.step();
  }

  @Override
  public long steps() {
    return training.steps();
  }

  @Override
  public double best() {
    return training.best();
  }

  @Override
  public long bytes() {
    return training.bytes() + Footprint.ofParameters(training.model().parameters().size());
  }

  @Override
  public String text() {
    return Sample.of(training.model(), task.vocabulary(), engine, sample);
  }
}
