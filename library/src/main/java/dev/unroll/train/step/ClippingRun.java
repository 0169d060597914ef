package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.lookup.TouchedRows;
import dev.unroll.train.clipping.Clipping;
import java.util.List;

/// Clipping bound to the parameters of a model. The same bits for any number of threads. Not
/// thread-safe: one caller at a time.
public final class ClippingRun {
  private static final int RANGE = 4096;

  private final Clipping clipping;
  private final float[] gradients;
  private final List<Block> blocks;
  private final GlobalNorm norm;
  private final WorkSplit elements;
  private final int[] counts;
  private final Parameters parameters;

  /// Binds clipping to all parameters of a model.
  public ClippingRun(Clipping clipping, Engine engine, Parameters parameters) {
    this.clipping = clipping;
    this.parameters = parameters;
    gradients = parameters.gradients();
    blocks = parameters.blocks();
    norm = new GlobalNorm(engine, gradients.length);
    elements = engine.split(RANGE, this::clamp);
    counts = new int[(gradients.length + RANGE - 1) / RANGE];
  }

  /// Clips the gradients: by value and by parameter in place, by the global norm through the factor
  /// that is returned. Gradients that are not finite are left unchanged.
  public Clipped clip() {
    return clip(List.of());
  }

  /// The same if all gradients were zero before those added to them who touch looked-up rows.
  public Clipped clipTouched() {
    return clip(parameters.lookedUp());
  }

  private Clipped clip(List<TouchedRows> lookedUp) {
    double before = norm.of(gradients, lookedUp);
    if (!clipping.actsOnElements() || !Double.isFinite(before)) {
      float scale = GlobalNorm.factor(before, clipping.norm());
      return new Clipped(before, before * scale, scale < 1 ? 1 : 0, scale);
    }
    long changed = 0;
    if (clipping.value() > 0) {
      elements.run(gradients.length);
      for (int count : counts) {
        changed += count;
      }
    }
    if (clipping.parameter() > 0) {
      changed = Math.max(changed, clipParameters());
    }
    double elementwise = norm.of(gradients, lookedUp);
    float scale = GlobalNorm.factor(elementwise, clipping.norm());
    double share = scale < 1 ? 1 : (double) changed / gradients.length;
    return new Clipped(before, elementwise * scale, share, scale);
  }

  private void clamp(int from, int to) {
    float limit = (float) clipping.value();
    for (int start = from; start < to; start += RANGE) {
      int end = Math.min(to, start + RANGE);
      int count = 0;
      for (int i = start; i < end; i++) {
        if (Math.abs(gradients[i]) > limit) {
          gradients[i] = Math.copySign(limit, gradients[i]);
          count++;
        }
      }
      counts[start / RANGE] = count;
    }
  }

  /// Clips by parameter; returns the number of elements of the parameters that were scaled.
  private long clipParameters() {
    long changed = 0;
    for (var block : blocks) {
      int end = block.offset() + block.length();
      double size = norm.of(gradients, block.offset(), end);
      float factor = GlobalNorm.factor(size, clipping.parameter());
      if (factor < 1) {
        changed += block.length();
        for (int i = block.offset(); i < end; i++) {
          gradients[i] *= factor;
        }
      }
    }
    return changed;
  }
}
