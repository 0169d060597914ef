package dev.unroll.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RgLruTest {
  /// The root of 1 − a² had an infinite derivative where a gate closed, and no training recovered
  /// from that: a gate of 2·10⁻⁹, of 9·10⁻²⁷, and one that is zero in a float.
  @ParameterizedTest
  @ValueSource(floats = {-20, -60, -120})
  void theGradientIsFiniteWhereAGateCloses(float bias) {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Cells.rgLru(), 3),
        Outputs.numbers(1));
    var parameters = model.parameters();
    var gate = parameters.byName().get("layer0.br");
    assertThat(gate).isNotNull();
    for (int i = 0; i < gate.length(); i++) {
      parameters.values()[gate.offset() + i] = bias;
    }
    var example = new Example(new Values.Features(new float[] {1, 2, -1, 0.5f, 0.25f, -2}, 2),
        new Values.Features(new float[] {1}, 1));
    try (var engine = Engine.of(1)) {
      var run = model.run(engine, new ModelBounds(3, 1, 1, true));
      run.load();
      run.train(Batch.of(List.of(example)), 0);
    }
    for (float gradient : parameters.gradients()) {
      assertThat(gradient).isFinite();
      assertThat(Math.abs(gradient)).isLessThan(1e4f);
    }
  }
}
