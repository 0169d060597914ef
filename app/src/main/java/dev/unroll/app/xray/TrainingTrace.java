package dev.unroll.app.xray;

import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingListener.Update;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A record of a short training, step by step.
final class TrainingTrace implements TrainingListener {
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> before = new ArrayList<>();
  private final List<Double> after = new ArrayList<>();
  private final List<Double> cosines = new ArrayList<>();
  private final SequencedMap<String, List<Double>> ratios = new LinkedHashMap<>();
  private int clipped;
  private int lookedAfter;
  private Runnable look = () -> {};

  /// The same, which looks at the model after so many steps as well.
  TrainingTrace andAfter(int steps, Runnable look) {
    lookedAfter = steps;
    this.look = look;
    return this;
  }

  @Override
  public boolean wantsUpdates() {
    return true;
  }

  @Override
  public void update(Update update) {
    cosines.add(update.cosine());
    for (int b = 0; b < update.blocks().size(); b++) {
      ratios.computeIfAbsent(update.blocks().get(b).name(), _ -> new ArrayList<>())
          .add(update.ratio(b));
    }
  }

  @Override
  public void step(Step step) {
    losses.add(step.loss());
    before.add(step.norm());
    after.add(step.clippedNorm());
    clipped += step.clipped() ? 1 : 0;
    if (losses.size() == lookedAfter) {
      look.run();
    }
  }

  int steps() {
    return losses.size();
  }

  List<Double> losses() {
    return losses;
  }

  /// ‖g‖ before clipping.
  List<Double> before() {
    return before;
  }

  /// ‖g‖ after clipping.
  List<Double> after() {
    return after;
  }

  /// The cosine between the two.
  List<Double> cosines() {
    return cosines;
  }

  /// ‖Δθ‖ / ‖θ‖ of each block of parameters.
  SequencedMap<String, List<Double>> ratios() {
    return ratios;
  }

  /// The share of steps whose gradient was clipped.
  double clippedShare() {
    return losses.isEmpty() ? 0 : (double) clipped / losses.size();
  }

  /// The loss at the end, as at the end of the smoothed curve: the mean over the last eightieth of
  /// the steps plus one; NaN without steps.
  double lastLoss() {
    long last = Math.round(losses.size() / 80.0) + 1;
    return losses.stream().skip(Math.max(0, losses.size() - last))
        .mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
