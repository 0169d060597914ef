package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.optimizer.Optimizer;
import java.util.SequencedMap;

/// A replica of a model: weights and an optimizer of its own, which takes steps on its shard of
/// each batch until all replicas come together. Its weights take the place of those of the model
/// from [#enter] to [#leave]. Not thread-safe.
public final class Replica {
  private final Parameters parameters;
  private final float[] weights;
  private final OptimizerRun optimizer;
  private Score score = Score.NONE;

  /// A replica with the weights of the model.
  public Replica(Optimizer optimizer, Engine engine, Parameters parameters) {
    this.parameters = parameters;
    this.optimizer = new OptimizerRun(optimizer, engine, parameters);
    weights = parameters.values().clone();
  }

  /// Takes over the weights of the model, which all replicas begin with.
  public void join() {
    copy(parameters.values(), weights);
    score = Score.NONE;
  }

  /// Gives its weights to the model.
  public void enter() {
    copy(weights, parameters.values());
  }

  /// Takes a step with the gradient of the model, which is not to be read afterwards.
  ///
  /// @param scale the factor that the gradients are multiplied by first, that of clipping
  public void step(float scale, double learningRate) {
    optimizer.step(scale, learningRate);
  }

  /// Counts a step without taking it, as there are no examples for it.
  public void skip() {
    optimizer.skip();
  }

  /// Takes its weights from the model.
  ///
  /// @param score of the step
  public void leave(Score score) {
    copy(parameters.values(), weights);
    this.score = this.score.plus(score);
  }

  /// Writes its outer gradient, `common − weights`, into the gradients of the model.
  ///
  /// @param common the weights that it has begun with
  public void outerGradient(float[] common) {
    var gradient = parameters.gradients();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = common[i] - weights[i];
    }
  }

  /// The score of its steps since [#join].
  public Score score() {
    return score;
  }

  /// The arrays of its optimizer, as from [OptimizerRun#arrays].
  public SequencedMap<String, float[]> arrays() {
    return optimizer.arrays();
  }

  /// Resumes after this many steps, with the weights of the model; the caller then writes the
  /// arrays.
  public void resume(long steps) {
    optimizer.resume(steps, false, 0);
    join();
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
