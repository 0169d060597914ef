package dev.unroll.app.run.report;

import dev.unroll.app.run.log.RunLog;
import dev.unroll.app.run.log.StepEffect;
import dev.unroll.format.json.JsonFields;
import dev.unroll.train.TrainingListener.Epoch;
import dev.unroll.train.TrainingListener.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The history of a run so far, in bounded memory, for its page.
public final class History implements RunLog.Reader {
  /// The number of last samples that are kept, and the number of characters of each.
  private static final int SAMPLES = 30;

  private static final int SAMPLE = 2_000;

  private final Curves curves = new Curves();
  private final List<Validated> epochs = new ArrayList<>();

  /// An epoch.
  ///
  /// @param accuracy the accuracy on the validation data; 0 for a loss without accuracy
  public record Validated(long step, int epoch, double trainLoss, double validationLoss,
      double accuracy,
      String sample) {

    Validated withSample(String other) {
      return new Validated(step, epoch, trainLoss, validationLoss, accuracy, other);
    }
  }

  public void add(Step step, StepEffect effect) {
    curves.add(
        new Curves.Point(
            step.step() + 1,
            1,
            step.loss(),
            step.norm(),
            step.norm(),
            step.clippedNorm(),
            step.clipped() ? 1 : 0,
            step.learningRate(),
            step.count(),
            step.seconds(),
            effect));
  }

  public void add(Epoch epoch, String sample) {
    add(
        new Validated(
            epoch.step(), epoch.epoch(), epoch.trainLoss(), epoch.validationLoss(),
            epoch.validationAccuracy(), sample));
  }

  private void add(Validated epoch) {
    epochs.add(epoch.withSample(start(epoch.sample())));
    int forgotten = epochs.size() - SAMPLES - 1;
    if (forgotten >= 0) {
      epochs.set(forgotten, epochs.get(forgotten).withSample(""));
    }
  }

  private static String start(String sample) {
    int end =
        sample.offsetByCodePoints(0, Math.min(SAMPLE, sample.codePointCount(0, sample.length())));
    return sample.substring(0, end);
  }

  @Override
  public void step(JsonFields step) throws IOException {
    double norm = step.number("norm");
    double clipped = step.number("clippedNorm");
    double seconds = step.number("seconds");
    curves.add(
        new Curves.Point(
            step.longInteger("step"),
            1,
            step.number("loss"),
            norm,
            norm,
            clipped,
            clipped < norm ? 1 : 0,
            step.number("learningRate"),
            step.number(RunLog.SPEED) * seconds,
            seconds,
            StepEffect.of(step)));
  }

  @Override
  public void epoch(JsonFields epoch) throws IOException {
    add(
        new Validated(
            epoch.longInteger("step"),
            epoch.integer("epoch"),
            epoch.number("trainLoss"),
            epoch.number("validationLoss"),
            epoch.has("validationAccuracy") ? epoch.number("validationAccuracy") : 0,
            epoch.string("sample")));
  }

  public List<Curves.Point> points() {
    return curves.points();
  }

  public List<Validated> epochs() {
    return epochs;
  }
}
