package dev.unroll.train;

import dev.unroll.layer.Probe;
import dev.unroll.layer.Probes;
import dev.unroll.tensor.Rows;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The quantity of recurrent layers that was the first one not to be finite, in time and within a step in the order in
/// which it is computed: on the way forward, and if all is finite there on the way back.
final class FirstNotFinite {
  private final boolean back;
  private @Nullable Probe layer;
  private String quantity = "";
  private int step;

  private FirstNotFinite(boolean back) {
    this.back = back;
  }

  /// Looks for it in passes whose layers are traced.
  ///
  /// @return such as `i of layer0 at step 3`, steps from 0 as the sequence has them; empty if all is finite
  static Optional<String> in(Probes probes) {
    var forward = new FirstNotFinite(false);
    for (var probe : probes.all()) {
      forward.look(probe);
    }
    if (forward.layer != null) {
      return Optional.of(forward.text(forward.layer));
    }
    var back = new FirstNotFinite(true);
    for (var probe : probes.all().reversed()) {
      back.look(probe);
    }
    return Optional.ofNullable(back.layer).map(found -> "the gradient of " + back.text(found));
  }

  /// Takes what the layer has if it comes before what was found: of the same step that is the layer seen first.
  private void look(Probe probe) {
    var names = back ? probe.quantities().reversed() : probe.quantities();
    int end = layer == null ? probe.steps() : step;
    for (int i = 0; i < end; i++) {
      int t = back ? probe.steps() - 1 - i : i;
      if (!back && !isFinite(probe.input(), t, probe.batch())) {
        if (layer == null) {
          layer = probe;
          quantity = "x";
          step = i;
        }
        return; // what it read was not finite already, so it began below, if no layer in the data
      }
      var found = name(probe, names, t);
      if (found != null) {
        layer = probe;
        quantity = found;
        step = i;
        return;
      }
    }
  }

  private @Nullable String name(Probe probe, List<String> names, int t) {
    for (var name : names) {
      var rows = back ? probe.gradient(name) : probe.value(name);
      if (!isFinite(rows, t, probe.batch())) {
        return name;
      }
    }
    return null;
  }

  private static boolean isFinite(Rows rows, int t, int batch) {
    int n = batch * rows.columns();
    int from = rows.offset() + t * n;
    for (int i = from; i < from + n; i++) {
      if (!Float.isFinite(rows.array()[i])) {
        return false;
      }
    }
    return true;
  }

  private String text(Probe found) {
    int own = back ? found.steps() - 1 - step : step;
    int t = found.reversed() ? found.steps() - 1 - own : own;
    return "%s of %s at step %d".formatted(quantity, found.layer(), t);
  }
}
