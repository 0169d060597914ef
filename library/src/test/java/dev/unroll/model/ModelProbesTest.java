package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.probe.Probes;
import dev.unroll.model.loss.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Models that are looked at, decoders that go step by step among them.
class ModelProbesTest {
  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  static Stream<ModelProblem> problems() {
    return Stream.concat(ModelGradientTest.problems(), ModelGradientTest.options());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void lookingChangesNothing(ModelProblem problem) {
    var probes = new Probes();
    var batch = Batch.of(problem.examples(), problem.batch());
    var plain = gradients(problem, problem.bounds(), batch);
    var probed = gradients(problem, problem.bounds().probed(probes), batch);
    assertThat(probed).as("gradients of %s", problem.name()).containsExactly(plain);
    assertThat(probes.all()).isNotEmpty().allSatisfy(probe -> {
      int n = probe.steps() * probe.batch();
      for (var state : probe.states()) {
        var gradient = probe.gradient(state + "'");
        assertThat(Arrays.copyOfRange(gradient.array(), gradient.offset(),
            gradient.offset() + n * gradient.columns()))
            .as("gradient of %s of %s", state, probe.layer()).isNotEmpty()
            .doesNotContain(Float.NaN);
      }
    });
  }

  /// The answers one by one give what all of them together give.
  @ParameterizedTest
  @MethodSource("problems")
  void theGradientIsTheSumOverSingleAnswers(ModelProblem problem) {
    if (isChain(problem)) {
      assertThatThrownBy(() -> problem.model().run(engine, problem.bounds())
          .train(Batch.of(problem.examples(), problem.batch()), 0, new int[problem.batch()]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("all its outputs together");
      return;
    }
    var bounds = problem.bounds().deterministic(true);
    var batch = Batch.of(problem.examples(), problem.batch());
    var parameters = problem.model().parameters();
    var run = problem.model().run(engine, bounds);
    Arrays.fill(parameters.gradients(), 0f);
    var whole = run.train(batch, 0);
    var expected = parameters.gradients().clone();
    var sum = new double[expected.length];
    double loss = 0;
    long count = 0;
    for (int step = 0; step <= batch.target().steps(); step++) {
      int[] steps = new int[problem.batch()];
      Arrays.fill(steps, step);
      Arrays.fill(parameters.gradients(), 0f);
      var score = run.train(batch, 0, steps);
      loss += score.loss();
      count += score.count();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += parameters.gradients()[i] * (double) score.count() / whole.count();
      }
    }
    assertThat(count).isEqualTo(whole.count());
    assertThat(loss).isCloseTo(whole.loss(), within(1e-5 * (1 + Math.abs(whole.loss()))));
    for (int i = 0; i < sum.length; i++) {
      assertThat(sum[i]).as("gradient %d of %s", i, problem.name())
          .isCloseTo(expected[i], within(2e-5 * (1 + Math.abs(expected[i]))));
    }
  }

  private static boolean isChain(ModelProblem problem) {
    return problem.model() instanceof Structure structure
        && structure.architecture().outputs().loss() instanceof Loss.Chain;
  }

  private float[] gradients(ModelProblem problem, ModelBounds bounds, Batch batch) {
    var parameters = problem.model().parameters();
    Arrays.fill(parameters.gradients(), 0f);
    problem.model().run(engine, bounds).train(batch, 5);
    return parameters.gradients().clone();
  }

  /// Without dropout, training sees the loss that evaluation sees.
  @Test
  void quietTrainingIsEvaluation() {
    var body =
        RecurrentStack.of(Lstm.cell(), 5).layers(2).dropout(0.4).inputDropout(0.3).zoneout(0.2)
            .weightDrop(0.3).activationPenalty(2).temporalPenalty(1);
    var model = SequenceToSequence.of(Inputs.symbols(6, 3).dropout(0.3), body,
        Outputs.classes(4).smoothing(0.1), 8);
    var examples = ModelProblem.examples(new int[] {5, 3}, new int[] {5, 3}, true,
        Outputs.classes(4), 2);
    var batch = Batch.of(examples);
    var bounds = new ModelBounds(5, 5, 2, true);
    var evaluated = model.run(engine, bounds.forPrediction()).evaluate(batch);
    assertThat(model.run(engine, bounds.deterministic(true)).train(batch, 4)).isEqualTo(evaluated);
    assertThat(model.run(engine, bounds).train(batch, 4).loss()).isNotEqualTo(evaluated.loss());
  }

  @Test
  void aLanguageModelIsAskedForSomeAnswers() {
    var model =
        LanguageModel.parts(5, 64, RecurrentStack.of(Lstm.cell(), 7).layers(2), 1).initialized();
    var probes = new Probes();
    var run = model.run(engine, new ModelBounds(4, 4, 1, true).probed(probes));
    double all = 0;
    for (int t = 0; t < 4; t++) {
      int[] targets = {-1, -1, -1, -1};
      targets[t] = t + 1;
      all += run.train(text(targets), 0).mean();
      var gradient = probes.of("layer1").gradient("h'");
      for (int i = 0; i < 4 * 7; i++) {
        // Nothing flows back from an answer to later steps.
        assertThat(gradient.array()[gradient.offset() + i] != 0).isEqualTo(i / 7 <= t);
      }
    }
    assertThat(run.train(text(1, 2, 3, 4), 0).mean()).isCloseTo(all / 4, within(1e-6));
    assertThat(run.train(text(-1, -1, -1, -1), 0).loss()).isZero();
    assertThat(probes.all().stream().map(Probe::layer)).containsExactly("layer0", "layer1");
  }

  private static Batch text(int... targets) {
    return Batch.of(
        List.of(new Example(Values.Symbols.of(0, 1, 2, 3), new Values.Symbols(targets))));
  }
}
