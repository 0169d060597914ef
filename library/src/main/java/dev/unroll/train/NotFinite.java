package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.probe.Probes;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.tensor.Rows;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the first number that is not finite, in the order of computation: runs a batch once more
/// and keeps every quantity of every recurrent layer.
final class NotFinite {
  private NotFinite() {}

  /// Describes where the first such number is, for a message; empty if no recurrent layer has one.
  ///
  /// @param states before the batch; none if they are reset
  static String first(Model model, ModelBounds bounds,
      Engine engine, Batch batch, List<float[]> states, long draw) {
    var probes = new Probes();
    var run = model.run(engine, bounds.probed(probes).recomputed(0));
    var begins = List.copyOf(run.states().values());
    for (int i = 0; i < states.size(); i++) {
      var rows = begins.get(i);
      System.arraycopy(states.get(i), 0, rows.array(), rows.offset(), states.get(i).length);
    }
    run.train(batch, draw);
    for (var probe : probes.all()) {
      var found = forward(probe);
      if (found != null) {
        return found;
      }
    }
    for (var probe : probes.all().reversed()) {
      var found = backward(probe);
      if (found != null) {
        return found;
      }
    }
    return "";
  }

  /// Each layer is computed for all steps before the next layer.
  private static @Nullable String forward(Probe probe) {
    for (int t = 0; t < probe.steps(); t++) {
      var found = at(probe, probe.input(), t, "its input");
      for (var quantity : probe.quantities()) {
        found = found != null ? found : at(probe, probe.value(quantity), t, quantity);
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String backward(Probe probe) {
    Function<String, String> name = quantity -> "the gradient of " + quantity;
    for (int t = probe.steps() - 1; t >= 0; t--) {
      for (var quantity : probe.quantities().reversed()) {
        var found = at(probe, probe.gradient(quantity), t, name.apply(quantity));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable String at(Probe probe, Rows rows, int t, String name) {
    int size = rows.columns();
    for (int b = 0; b < probe.batch(); b++) {
      int from = rows.offset() + (t * probe.batch() + b) * size;
      for (int i = from; i < from + size; i++) {
        if (!Float.isFinite(rows.array()[i])) {
          int step = probe.reversed() ? probe.steps() - 1 - t : t;
          return "%s of %s is %s at step %d of sample %d".formatted(
              name, probe.layer(), rows.array()[i], step, b);
        }
      }
    }
    return null;
  }
}
