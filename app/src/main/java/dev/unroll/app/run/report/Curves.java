package dev.unroll.app.run.report;

import dev.unroll.app.run.log.StepEffect;
import java.util.ArrayList;
import java.util.List;

/// The steps of a run, downsampled: adjacent steps are merged into points of equal numbers of
/// steps, so that there are never more than [#MOST].
public final class Curves {
  public static final int MOST = 1_000;

  private final List<Point> points = new ArrayList<>();
  private int perPoint = 1;

  /// Consecutive steps, merged.
  ///
  /// @param step the last one
  /// @param steps the number of steps
  /// @param loss the mean
  /// @param norm the mean before clipping
  /// @param largestNorm the largest before clipping
  /// @param clippedNorm the mean after clipping
  /// @param clipped the number of clipped steps
  /// @param learningRate of the last one
  /// @param characters the sum
  /// @param seconds the sum
  /// @param effect on gradient and weights
  public record Point(
      long step,
      int steps,
      double loss,
      double norm,
      double largestNorm,
      double clippedNorm,
      int clipped,
      double learningRate,
      double characters,
      double seconds,
      StepEffect effect) {

    /// Merges it with the steps after it.
    public Point and(Point next) {
      return new Point(
          next.step,
          steps + next.steps,
          mean(loss, next, next.loss),
          mean(norm, next, next.norm),
          Math.max(largestNorm, next.largestNorm),
          mean(clippedNorm, next, next.clippedNorm),
          clipped + next.clipped,
          next.learningRate,
          characters + next.characters,
          seconds + next.seconds,
          effect.and(next.effect, steps, next.steps));
    }

    private double mean(double mine, Point next, double others) {
      return (mine * steps + others * next.steps) / (steps + next.steps);
    }
  }

  public void add(Point step) {
    if (!points.isEmpty() && points.getLast().steps < perPoint) {
      points.add(points.removeLast().and(step));
      return;
    }
    if (points.size() == MOST) {
      for (int i = 0; i < MOST / 2; i++) {
        points.set(i, points.get(2 * i).and(points.get(2 * i + 1)));
      }
      points.subList(MOST / 2, MOST).clear();
      perPoint *= 2;
    }
    points.add(step);
  }

  /// The number of steps of a point, but for the last ones.
  public int perPoint() {
    return perPoint;
  }

  public List<Point> points() {
    return points;
  }
}
