package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The loss of one batch along its gradient: a slice of the loss surface, on which a cliff shows
/// (Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, section 2.3).
///
/// ```
/// L(α) = loss at θ + α g/‖g‖        g = ∂L/∂θ at θ;   α < 0 is the way that descent takes
/// ```
///
/// The loss is the one that training sees: with the dropout masks of draw 0, the same at every α, and with
/// penalties on activations.
///
/// @param distances α, rising
/// @param losses L(α); infinite or NaN where the model's numbers are
/// @param norms ‖∂L/∂θ‖ at θ + α g/‖g‖
/// @param loss L(0)
/// @param norm ‖g‖
public record LossSlice(List<Double> distances, List<Double> losses, List<Double> norms,
    double loss, double norm) {

  /// Copies the lists.
  public LossSlice {
    distances = List.copyOf(distances);
    losses = List.copyOf(losses);
    norms = List.copyOf(norms);
  }

  /// Which α are looked at: `points` of them, as far from one another, from the first to the last.
  public record Extent(double from, double to, int points) {

    /// @throws IllegalArgumentException if it is no range, or has fewer than two points
    public Extent {
      if (!(from < to) || !Double.isFinite(to - from) || points < 2) {
        throw new IllegalArgumentException(
            "a slice from %s to %s in %d points; expected a range and at least 2 points"
                .formatted(from, to, points));
      }
    }

    double at(int i) {
      double share = (double) i / (points - 1);
      return (1 - share) * from + share * to;
    }
  }

  /// Of a model; its parameters are the same bits afterwards, and its gradients zero.
  ///
  /// @throws IllegalStateException if the gradient is zero or not finite and so has no direction
  public static LossSlice of(Model model, Batch batch, Engine engine, Extent extent) {
    var run = model.run(engine, new ModelBounds(Math.max(1, batch.input().steps()),
        Math.max(1, batch.target().steps()), batch.batch(), true));
    return of(model.parameters(), extent, () -> {
      run.load();
      double loss = run.train(batch, 0).mean();
      return loss + run.penalty();
    });
  }

  /// @param pass the loss with the parameters as they are, whose gradient it adds
  private static LossSlice of(Parameters parameters, Extent extent, DoubleSupplier pass) {
    var values = parameters.values();
    var gradients = parameters.gradients();
    var before = values.clone();
    Arrays.fill(gradients, 0f);
    try {
      double loss = pass.getAsDouble();
      double norm = norm(gradients);
      if (!(norm > 0) || !Double.isFinite(norm)) {
        throw new IllegalStateException(
            ("the norm of the gradient is %s, so it has no direction to look along; take a batch "
                + "from which the model can learn").formatted(norm));
      }
      var direction = gradients.clone();
      var distances = new ArrayList<Double>();
      var losses = new ArrayList<Double>();
      var norms = new ArrayList<Double>();
      for (int i = 0; i < extent.points(); i++) {
        double distance = extent.at(i);
        for (int j = 0; j < values.length; j++) {
          values[j] = (float) (before[j] + distance * direction[j] / norm);
        }
        Arrays.fill(gradients, 0f);
        distances.add(distance);
        losses.add(pass.getAsDouble());
        norms.add(norm(gradients));
      }
      return new LossSlice(distances, losses, norms, loss, norm);
    } finally {
      System.arraycopy(before, 0, values, 0, before.length);
      Arrays.fill(gradients, 0f);
    }
  }

  private static double norm(float[] gradients) {
    double sum = 0;
    for (float g : gradients) {
      sum += (double) g * g;
    }
    return Math.sqrt(sum);
  }
}
