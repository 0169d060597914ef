package dev.unroll.train;

import dev.unroll.train.TrainingListener.Update;
import dev.unroll.train.TrainingResult.Ending;
import dev.unroll.train.parallel.Straggler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A listener that remembers the best epoch and passes every event on to another one.
final class BestEpoch implements TrainingListener {
  private final TrainingListener next;
  private @Nullable Epoch best;

  BestEpoch(TrainingListener next) {
    this.next = next;
  }

  TrainingResult result(TrainingSession session, long seed, Ending ending) {
    var epoch = best;
    return epoch == null
        ? new TrainingResult(session.epoch(), 0, Double.NaN, Double.NaN, seed, ending)
        : new TrainingResult(session.epoch(), epoch.epoch(), epoch.validationLoss(),
            session.countsRight() ? epoch.validationAccuracy() : Double.NaN, seed, ending);
  }

  @Override
  public boolean wantsUpdates() {
    return next.wantsUpdates();
  }

  @Override
  public boolean wantsUpdate(long step) {
    return next.wantsUpdate(step);
  }

  @Override
  public void begin(TrainingSession training) throws IOException {
    next.begin(training);
  }

  @Override
  public void begin(int epochs) throws IOException {
    next.begin(epochs);
  }

  @Override
  public void update(Update update) throws IOException {
    next.update(update);
  }

  @Override
  public void step(Step step) throws IOException {
    next.step(step);
  }

  @Override
  public void learningRate(long step, double rate) throws IOException {
    next.learningRate(step, rate);
  }

  @Override
  public void straggler(Straggler straggler) throws IOException {
    next.straggler(straggler);
  }

  @Override
  public void epoch(Epoch epoch) throws IOException {
    if (epoch.best()) {
      best = epoch;
    }
    next.epoch(epoch);
  }

  @Override
  public void checkpoint(long step) throws IOException {
    next.checkpoint(step);
  }

  @Override
  public void end(Ending ending) throws IOException {
    next.end(ending);
  }
}
