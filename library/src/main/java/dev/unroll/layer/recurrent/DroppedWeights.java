package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a layer with elements of the recurrent matrices set to zero for a pass, and
/// their gradients (DropConnect on `U`; Merity, Keskar and Socher 2017, arXiv 1708.02182).
///
/// ```
/// Ũ = U ∘ M        M_ij = 0 with probability p, else 1 / (1 − p), for all steps and samples
/// dU += dŨ ∘ M
/// ```
final class DroppedWeights {
  private final Recurrent layer;
  private final Parameters parameters;
  private final MaskRule rule;
  private final Map<String, Parameters.Block> blocks = new LinkedHashMap<>();
  private final int base;
  private final float[] values;
  private final float[] gradients;
  private final float[] mask;
  private final List<Row> rows = new ArrayList<>();
  private final WorkSplit draws;
  private long draw;
  private boolean drawn;

  /// A row of a recurrent matrix, with random numbers of its own.
  private record Row(int offset, int columns, CounterRandom random) {}

  public DroppedWeights(Recurrent layer, Engine engine) {
    this.layer = layer;
    parameters = layer.parameters();
    rule = new MaskRule.Drop(layer.masks().weights());
    base = layer.blocks().values().stream().mapToInt(Parameters.Block::offset).min().orElse(0);
    layer.blocks().forEach((name, b) -> blocks.put(name,
        new Parameters.Block(b.name(), b.offset() - base, b.rows(), b.columns(),
            Precision.FLOAT32)));
    int length = blocks.values().stream().mapToInt(Parameters.Block::length).sum();
    values = new float[length];
    gradients = new float[length];
    mask = new float[length];
    Arrays.fill(mask, 1f);
    layer.recurrentMatrices(blocks).forEach((name, matrix) -> {
      var random = layer.random().stream("weights").stream(name);
      for (int i = 0; i < matrix.rows(); i++) {
        rows.add(
            new Row(matrix.offset() + i * matrix.stride(), matrix.columns(), random.stream(i)));
      }
    });
    draws = engine.split(8, this::draw);
  }

  /// The blocks of the parameters in [#values].
  public Map<String, Parameters.Block> blocks() {
    return blocks;
  }

  /// The parameters of the pass.
  public float[] values() {
    return values;
  }

  /// The gradients of the pass, to which backward adds.
  float[] gradients() {
    return gradients;
  }

  /// Called after the parameters have changed.
  void changed() {
    drawn = false;
  }

  /// Draws the weights of a pass.
  ///
  /// @return whether they differ from those before
  public boolean draw(long draw) {
    if (drawn && this.draw == draw) {
      return false;
    }
    drawn = true;
    this.draw = draw;
    layer.blocks().forEach((name, block) -> parameters.read(block, 0, block.rows(), values,
        block.offset() - base));
    draws.run(rows.size());
    return true;
  }

  private void draw(int from, int to) {
    for (var row : rows.subList(from, to)) {
      int end = row.offset() + row.columns();
      row.random().uniforms(draw, mask, row.offset(), row.columns());
      rule.apply(mask, row.offset(), row.columns());
      for (int i = row.offset(); i < end; i++) {
        values[i] *= mask[i];
      }
    }
  }

  /// Adds the gradients of the pass to those of the parameters.
  void addGradients() {
    var into = parameters.gradients();
    for (int i = 0; i < gradients.length; i++) {
      into[base + i] += gradients[i] * mask[i];
    }
    Arrays.fill(gradients, 0f);
  }

  long bytes() {
    return 4L * (values.length + gradients.length + mask.length);
  }
}
