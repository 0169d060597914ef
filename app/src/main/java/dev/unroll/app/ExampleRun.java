package dev.unroll.app;

import dev.unroll.model.Structure;
import dev.unroll.train.Ending;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.time.Duration;

/// The training of a structure on examples.
record ExampleRun(Trainer trainer, Structure model, ExampleData data) implements Training {

  @Override
  public String command() {
    return "fit";
  }

  @Override
  public Description description() {
    return new ExampleDescription(model, data, trainer.recipe());
  }

  @Override
  public Ending train(TrainingListener listener) throws IOException {
    return trainer.fit(listener);
  }

  @Override
  public void stop() {
    trainer.stop();
  }

  @Override
  public void checkpointEvery(Duration interval) {
    trainer.checkpointEvery(interval);
  }

  @Override
  public boolean finished() {
    return trainer.finished();
  }

  @Override
  public int epoch() {
    return trainer.epoch();
  }

  @Override
  public long step() {
    return trainer.step();
  }

  @Override
  public long steps() {
    return trainer.steps();
  }

  @Override
  public double best() {
    return trainer.best();
  }

  @Override
  public long bytes() {
    return trainer.bytes() + (long) Footprint.ofLayers(model, data)
        + Footprint.ofParameters(model.parameters().size());
  }

  @Override
  public String text() {
    return "";
  }
}
