package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Lstm;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Values.Features;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The scaling of a model travels with it: it was known to the command line alone, and a model that
/// was loaded in Java read raw numbers as if they were scaled, without a word.
class ScaledModelTest {
  private static final int F = 3;
  private static final Scaling IN = new Scaling(new double[] {1_000, -5, 0}, new double[] {
    250, 0.5, 2});
  private static final Scaling OUT = new Scaling(new double[] {70, 300}, new double[] {10, 4});

  @TempDir
  Path folder;

  private static RecurrentStack stack() {
    return RecurrentStack.of(Lstm.cell(), 5);
  }

  private static List<float[][]> raw(int n) {
    var random = new Random(3);
    var sequences = new ArrayList<float[][]>();
    for (int i = 0; i < n; i++) {
      var steps = new float[1 + i % 4][F];
      for (var step : steps) {
        for (int c = 0; c < F; c++) {
          step[c] = (float) (IN.shift()[c] + IN.scale()[c] * random.nextGaussian());
        }
      }
      sequences.add(steps);
    }
    return sequences;
  }

  private static float[][] scaled(float[][] steps) {
    var rows = new float[steps.length][F];
    for (int t = 0; t < steps.length; t++) {
      IN.apply(steps[t], 0, rows[t], 0);
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"squared", "absolute"})
  void aSequenceToVectorPredictsInTheUnitsOfTheData(String loss) throws IOException {
    var outputs = Outputs.numbers(2).loss(Loss.parse(loss));
    var plain = SequenceToVector.of(Inputs.features(F), stack(), outputs);
    SequenceToVector.of(Inputs.features(F).scaled(IN), stack(), outputs.scaled(OUT))
        .save(folder.resolve("model"));
    var loaded = (SequenceToVector) Model.load(folder.resolve("model"));
    for (var steps : raw(7)) {
      float[] y = plain.predictor().predict(scaled(steps));
      float[] expected = {OUT.invert(0, y[0]), OUT.invert(1, y[1])};
      assertThat(loaded.predictor().predict(steps)).containsExactly(expected);
      assertThat(stepped(loaded, steps)).containsExactly(expected);
    }
  }

  private static float[] stepped(SequenceToVector model, float[][] steps) {
    var stepper = model.stepper();
    var states = stepper.<String>newStates();
    float[] byKey = {};
    var state = stepper.initial();
    var y = new float[stepper.outputs()];
    for (var step : steps) {
      byKey = stepper.step(states, "key", step.clone());
      stepper.step(step.clone(), state, y, state);
    }
    assertThat(y).containsExactly(byKey);
    return y;
  }

  @Test
  void aSequenceToSequenceLikewise() {
    var plain = SequenceToSequence.of(Inputs.features(F), stack(), Outputs.numbers(2));
    var model = SequenceToSequence.of(
        Inputs.features(F).scaled(IN), stack(), Outputs.numbers(2).scaled(OUT));
    for (var steps : raw(5)) {
      float[][] y = plain.predictor().predict(scaled(steps));
      float[][] actual = model.predictor().predict(steps);
      for (int t = 0; t < steps.length; t++) {
        assertThat(actual[t]).containsExactly(OUT.invert(0, y[t][0]), OUT.invert(1, y[t][1]));
      }
    }
  }

  @Test
  void quantilesAndDistributionsLikewise() {
    var quantiles = Loss.quantile(0.1, 0.5, 0.9);
    float[] y = {-1, 0, 1, -2, 0.5f, 2};
    quantiles.invert(OUT, y, 0);
    assertThat(y).containsExactly(60, 70, 80, 292, 302, 308);
    float[] normal = {1, -1, 0, 2};
    Loss.gaussian().invert(OUT, normal, 0);
    // The variance of 10 z is 100 times that of z.
    assertThat(normal).containsExactly(
        80, 296, (float) Math.log(100), (float) (2 + Math.log(16)));
  }

  @Test
  void trainingScalesItsExamples() {
    var plain = SequenceToVector.of(Inputs.features(F), stack(), Outputs.numbers(2));
    var model = SequenceToVector.of(
        Inputs.features(F).scaled(IN), stack(), Outputs.numbers(2).scaled(OUT));
    var examples = new ArrayList<Example>();
    for (var steps : raw(20)) {
      examples.add(new Example(Features.ofRows(steps),
          Features.ofRows(new float[] {steps[0][0], steps[0][1]})));
    }
    var same = examples.stream().map(e -> new Example(
        IN.apply((Features) e.input()), OUT.apply((Features) e.target()))).toList();
    var before = plain.parameters().values().clone();
    Trainer.of(plain).epochs(2).batch(8).fit(same);
    Trainer.of(model).epochs(2).batch(8).fit(examples);
    assertThat(model.parameters().values()).containsExactly(plain.parameters().values())
        .isNotEqualTo(before);
  }

  /// Files that the command line wrote had the scaling beside the data's description alone.
  @Test
  void filesWithTheScalingInTheProvenanceAreReadWithIt() throws IOException {
    var model = SequenceToVector.of(Inputs.features(F), stack(), Outputs.numbers(2));
    var data = new LinkedHashMap<String, Object>();
    data.put("inputShift", List.of(1_000.0, -5.0, 0.0));
    data.put("inputDivisor", List.of(250.0, 0.5, 2.0));
    data.put("targetShift", List.of(70.0, 300.0));
    data.put("targetDivisor", List.of(10.0, 4.0));
    var provenance = new LinkedHashMap<String, Object>();
    provenance.put("data", data);
    ModelFile.write(folder.resolve("old"), model, provenance);
    var architecture = Model.load(folder.resolve("old")).architecture();
    assertThat(architecture.inputs().scaling()).isEqualTo(IN);
    assertThat(architecture.outputs().scaling()).isEqualTo(OUT);
  }

  @Test
  void whatCannotBeScaledIsRefused() {
    assertThatThrownBy(() -> Inputs.features(2).scaled(IN))
        .hasMessage("a scaling of 3 columns for 2 features; expected a column for each feature");
    assertThatThrownBy(() -> Inputs.symbols(3, 4).scaled(IN)).hasMessageContaining("for symbols");
    assertThatThrownBy(() -> Outputs.classes(2).scaled(OUT))
        .hasMessageContaining("for classes or bits");
    var tiny = new Scaling(new double[] {0}, new double[] {1e-30});
    var model = SequenceToVector.of(
        Inputs.features(1).scaled(tiny), stack(), Outputs.numbers(1));
    assertThatThrownBy(() -> model.predictor().predict(new float[] {1}, new float[] {3e38f}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("step 1, column 0 is 3.0E38").hasMessageContaining("beyond a float");
  }
}
