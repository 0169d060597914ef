package dev.unroll.inspect.surface;

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
/// L(α) = loss at θ + α g/‖g‖        g = ∂L/∂θ at θ;   α < 0 is the direction of descent
/// ```
///
/// The loss is that of training: with the masks of dropout step 0, the same at every α, and with
/// penalties on activations.
///
/// @param distances α, ascending
/// @param losses L(α); infinite or NaN if the model's outputs are
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

  /// The values of α: `points` of them, equally spaced, from the first to the last.
  public record Extent(double from, double to, int points) {

    /// @throws IllegalArgumentException if it is not a range, or has fewer than two points
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

  /// Measures a model; its parameters have the same bits afterwards, and its gradients are zero.
  ///
  /// @throws IllegalArgumentException if its weights are not floats
  /// @throws IllegalStateException if the gradient is zero or not finite and so has no direction
  public static LossSlice of(Model model, Batch batch, Engine engine, Extent extent) {
    model.parameters().requireTrainable();
    var run = model.run(engine, new ModelBounds(Math.max(1, batch.input().steps()),
        Math.max(1, batch.target().steps()), batch.batch(), true));
    return of(model.parameters(), extent, () -> {
      run.load();
      double loss = run.train(batch, 0).mean();
      return loss + run.penalty();
    });
  }

  /// @param pass computes the loss with the current parameters and adds its gradient
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
