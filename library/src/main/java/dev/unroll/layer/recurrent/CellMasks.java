package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.run.StepMask;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The inputs of a cell that no equation computes: dropout masks, the input mask, and the resets of
/// states.
final class CellMasks {
  private final String layer;
  private final int batch;
  private final List<SequenceMask> sequenceMasks = new ArrayList<>();
  private final List<StepMask> stepMasks = new ArrayList<>();
  private final @Nullable Rows present;
  private final @Nullable Rows keep;
  private final boolean stateless;

  /// A mask that is the same for all steps of a sequence.
  private record SequenceMask(Rows rows, MaskRule rule, CounterRandom random) {
    void draw(long draw, int batch) {
      int n = batch * rows.columns();
      random.uniforms(draw, rows.array(), rows.offset(), n);
      rule.apply(rows.array(), rows.offset(), n);
    }
  }

  CellMasks(Recurrent layer, Plan plan, Unrolled unrolled, Engine engine, Bounds bounds) {
    this.layer = layer.name();
    batch = bounds.batch();
    stateless = plan.states().isEmpty();
    plan.masks().keySet().forEach(name -> {
      var rule = layer.masks().rule(name);
      var rows = unrolled.mask(name);
      fill(rows, 1, rule.expected());
      if (bounds.isNoisy() && rule.probability() > 0) {
        sequenceMasks.add(
            new SequenceMask(rows, rule, layer.random().stream("mask").stream(name)));
      }
    });
    var flags = Set.of(Lengths.PRESENT, Restart.KEEP);
    plan.given().keySet().stream().filter(name -> !flags.contains(name)).forEach(name -> {
      var rule = layer.masks().rule(name);
      var rows = unrolled.given(name);
      fill(rows, bounds.time(), rule.expected());
      if (bounds.isNoisy() && rule.probability() > 0) {
        stepMasks.add(new StepMask(engine, rows, batch, rule,
            layer.random().stream("step mask").stream(name)));
      }
    });
    present = plan.given().containsKey(Lengths.PRESENT) ? unrolled.given(Lengths.PRESENT) : null;
    keep = plan.given().containsKey(Restart.KEEP) ? unrolled.given(Restart.KEEP) : null;
  }

  private void fill(Rows rows, int steps, float value) {
    set(rows, steps * batch, value);
  }

  /// Writes `value` to all elements of `n` rows.
  static void set(Rows rows, int n, float value) {
    Arrays.fill(rows.array(), rows.offset(), rows.offset() + n * rows.columns(), value);
  }

  /// Prepares them for a pass.
  void prepare(Span span) {
    for (var mask : sequenceMasks) {
      mask.draw(span.dropoutStep(), batch);
    }
    for (var mask : stepMasks) {
      mask.draw(span);
    }
    requireFlags("present", span.present(), span.steps());
    requireFlags("keep", span.keep(), span.steps());
    flag(span.present(), present, span.steps(), "padding", "masked(true)");
    flag(span.keep(), keep, span.steps(), "states that start anew", "restarts(true)");
  }

  /// Prepares them for a single step without masks.
  void prepareStep() {
    flag(null, present, 1, "", "");
    flag(null, keep, 1, "", "");
  }

  private void requireFlags(String name, @Nullable Rows flags, int steps) {
    for (int i = 0; flags != null && i < steps * batch; i++) {
      float flag = flags.array()[flags.offset() + i];
      if (flag != 0 && flag != 1) {
        throw new IllegalArgumentException(
            "layer %s: %s is %s at step %d of sample %d, expected 0 or 1"
                .formatted(layer, name, flag, i / batch, i % batch));
      }
    }
  }

  private void flag(
      @Nullable Rows from, @Nullable Rows to, int steps, String what, String cure) {
    if (to == null) {
      if (from != null && !stateless) {
        throw new IllegalArgumentException(
            "layer %s: the span has %s, but the run was bound without; use Bounds.%s"
                .formatted(layer, what, cure));
      }
    } else if (from == null) {
      fill(to, steps, 1);
    } else {
      System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), steps * batch);
    }
  }
}
