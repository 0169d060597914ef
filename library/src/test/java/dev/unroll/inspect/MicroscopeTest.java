package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.expr.Cell;
import dev.unroll.inspect.LagProfile.Verdict;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MicroscopeTest {
  private static final Cell LINEAR = Cell.parse("linear", "h' = W x + U h\n");

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  private static Example example(int steps, int answers, long seed) {
    var random = CounterRandom.of(seed);
    var x = new float[steps * 3];
    random.uniforms(0, x, 0, x.length);
    var y = new float[answers * 2];
    random.uniforms(1, y, 0, y.length);
    return new Example(new Values.Features(x, 3), new Values.Features(y, 2));
  }

  private static SequenceToVector toVector(Cell cell, int hidden) {
    return SequenceToVector.of(
        Inputs.features(3), RecurrentStack.of(cell, hidden), Pooling.LAST, Outputs.numbers(2), 4);
  }

  private static void set(Model model, String parameter, double... values) {
    var block = model.parameters().byName().get(parameter);
    for (int i = 0; i < values.length; i++) {
      model.parameters().values()[block.offset() + i] = (float) values[i];
    }
  }

  /// A linear network whose U is s times a rotation: each step multiplies every gradient by s.
  @ParameterizedTest
  @ValueSource(doubles = {0.8, 1.0, 1.25})
  void aScaledRotationMultipliesTheGradientByItsScale(double s) {
    var model = toVector(LINEAR, 2);
    set(model, "layer0.U", s * Math.cos(0.7), -s * Math.sin(0.7), s * Math.sin(0.7),
        s * Math.cos(0.7));
    var microscope = Microscope.of(model, engine);
    var profile =
        microscope.lags(List.of(example(40, 1, 1), example(40, 1, 2)), 9).getFirst();
    assertThat(profile.norms()).hasSize(40);
    assertThat(profile.counts()).containsOnly(2);
    for (int k = 0; k < 40; k++) {
      assertThat(profile.norms()[k] / profile.norms()[0]).as("lag %d", k)
          .isCloseTo(Math.pow(s, k), within(4e-6 * Math.pow(s, k)));
    }
    assertThat(profile.rate()).isCloseTo(s, within(1e-6));
    assertThat(profile.verdict())
        .isEqualTo(s < 1 ? Verdict.VANISHES : s > 1 ? Verdict.EXPLODES : Verdict.STEADY);
    if (s < 1) {
      assertThat(profile.halfLife()).isCloseTo(Math.log(0.5) / Math.log(s), within(1e-4));
    } else if (s > 1) {
      assertThat(profile.halfLife()).isInfinite();
      assertThat(profile.doublingTime()).isCloseTo(Math.log(2) / Math.log(s), within(1e-4));
    }
  }

  /// Long sequences whose answers are nearly right have small gradients: the mean at their lags was
  /// over them alone, and fell off as if it vanished, though no gradient halves that fast.
  @Test
  void sequencesOfOtherLengthsAreNotComparedWithOneAnother() {
    var model = toVector(LINEAR, 2);
    double s = 0.95;
    set(model, "layer0.U", s * Math.cos(0.7), -s * Math.sin(0.7), s * Math.sin(0.7),
        s * Math.cos(0.7));
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 30; i++) {
      var example = example(i < 27 ? 6 : 12, 1, i);
      var target = new float[] {i < 27 ? 90 : 2, i < 27 ? -70 : 1};
      examples.add(new Example(example.input(), new Values.Features(target, 2, null)));
    }
    var profile = Microscope.of(model, engine).lags(examples, 1).getFirst();
    assertThat(profile.counts()).containsExactly(30, 30, 30, 30, 30, 30, 3, 3, 3, 3, 3, 3);
    for (int k = 0; k < 12; k++) {
      assertThat(profile.share(k)).as("lag %d", k)
          .isCloseTo(Math.pow(s, k), within(1e-5));
    }
    assertThat(profile.rate()).isCloseTo(s, within(1e-5));
  }

  /// The gradient along each singular direction of a diagonal U falls by the power of its own
  /// value.
  @Test
  void eachSingularValueHasItsPower() {
    double[] values = {0.95, 0.6, 1.05, 0.3};
    for (int unit = 0; unit < 4; unit++) {
      var model = toVector(LINEAR, 4);
      var u = new double[16];
      var v = new double[8];
      for (int i = 0; i < 4; i++) {
        u[i * 5] = values[i];
      }
      v[unit] = 1;
      set(model, "layer0.U", u);
      set(model, "output.V", v);
      var norms = Microscope.of(model, engine).lags(List.of(example(20, 1, 3)), 1)
          .getFirst().norms();
      for (int k = 0; k < 20; k++) {
        assertThat(norms[k] / norms[0]).as("unit %d, lag %d", unit, k)
            .isCloseTo(Math.pow(values[unit], k), within(3e-6 * Math.pow(values[unit], k)));
      }
    }
  }

  /// With the forget gate at 0.9 and nothing else that leads back in time, c keeps 0.9ᵏ.
  @Test
  void aForgetGateOfNineTenthsKeepsItsPower() {
    var cell = Cell.parse("lstm-09", """
        i  = σ(Wi x + bi)
        f  = 0.9
        g  = tanh(Wg x + bg)
        o  = σ(Wo x + bo)
        c' = f * c + i * g
        h' = o * tanh(c')
        """);
    var model = toVector(cell, 5);
    var profiles = Microscope.of(model, engine).lags(List.of(example(60, 1, 5)), 1);
    var c = profiles.stream().filter(p -> p.state().equals("c")).findFirst().orElseThrow();
    for (int k = 0; k < 60; k++) {
      assertThat(c.norms()[k] / c.norms()[0]).as("lag %d", k)
          .isCloseTo(Math.pow(0.9, k), within(1e-5 * Math.pow(0.9, k)));
    }
    assertThat(c.rate()).isCloseTo(0.9, within(1e-6));
    assertThat(c.halfLife()).isCloseTo(6.5788, within(1e-3)); // log 0.5 / log 0.9
    assertThat(c.verdict()).isEqualTo(Verdict.VANISHES);
    var h = profiles.stream().filter(p -> p.state().equals("h")).findFirst().orElseThrow();
    assertThat(h.norms()[0]).isPositive();
    assertThat(h.norms()[1]).isZero();
    assertThat(h.rate()).isZero();
    assertThat(h.verdict()).isEqualTo(Verdict.VANISHES);
  }

  /// One backward pass over answers side by side gives what each answer gives alone.
  @Test
  void positionsSideBySideAreWhatTheyAreAlone() {
    var body = RecurrentStack.of(Gru.cell(), 6).bidirectional(Merge.CONCATENATE);
    var model = SequenceToSequence.of(Inputs.features(3), body, Outputs.numbers(2), 7);
    var microscope = Microscope.of(model, engine);
    var example = example(7, 7, 9);
    var all = microscope.lags(List.of(example), 7);
    assertThat(all.stream().map(p -> p.layer() + " " + p.reversed()))
        .containsExactly("layer0.forward false", "layer0.backward true");
    assertThat(all.getFirst().counts()).containsExactly(7, 6, 5, 4, 3, 2, 1);
    assertThat(all.getLast().counts()).containsExactly(7, 6, 5, 4, 3, 2, 1);
    var ahead = new double[7][7];
    var back = new double[7][7];
    for (int t = 0; t < 7; t++) {
      var asked = new boolean[7];
      asked[t] = true;
      var look = microscope.look(List.of(example.targetMask(asked)), List.of("h'"));
      var f = look.layer("layer0.forward").gradientNorms().get("h'");
      var g = look.layer("layer0.backward").gradientNorms().get("h'");
      for (int s = 0; s < 7; s++) {
        if (s <= t) {
          ahead[t][t - s] = f[s];
        }
        if (s >= t) {
          back[6 - t][s - t] = g[s];
        }
        assertThat(f[s] > 0).isEqualTo(s <= t);
        assertThat(g[s] > 0).isEqualTo(s >= t);
      }
    }
    double forward = sum(ahead, 0, 0) / 7;
    double backward = sum(back, 0, 0) / 7;
    for (int k = 0; k < 7; k++) {
      if (k > 0) {
        forward *= sum(ahead, k, k) / sum(ahead, k, k - 1);
        backward *= sum(back, k, k) / sum(back, k, k - 1);
      }
      assertThat(all.getFirst().norms()[k]).isCloseTo(forward, within(1e-5 * forward));
      assertThat(all.getLast().norms()[k]).isCloseTo(backward, within(1e-5 * backward));
    }
  }

  /// Over the positions that have `from` steps before them.
  private static double sum(double[][] norms, int from, int lag) {
    return IntStream.range(from, norms.length).mapToDouble(t -> norms[t][lag]).sum();
  }

  /// More answers than lie side by side, of sequences of several lengths.
  @Test
  void answersComeInPasses() {
    var model = SequenceToSequence.of(
        Inputs.features(3), RecurrentStack.of(Gru.cell(), 4), Outputs.numbers(2), 7);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 5; i++) {
      examples.add(example(9 + i, 9 + i, i));
    }
    var profile = Microscope.of(model, engine).lags(examples, 100).getFirst();
    assertThat(profile.counts()[0]).isEqualTo(9 + 10 + 11 + 12 + 13);
    assertThat(profile.norms()).hasSize(13).doesNotContain(0);
    var few = Microscope.of(model, engine).lags(examples.subList(0, 1), 3).getFirst();
    assertThat(few.counts()).containsExactly(3, 3, 3, 2, 2, 2, 1, 1, 1); // steps 2, 5 and 8
  }

  @Test
  void influenceIsTheGradientOfTheInput() {
    var model = SequenceToSequence.of(
        Inputs.features(3), RecurrentStack.of(Gru.cell(), 5).layers(2), Outputs.numbers(2), 7);
    var microscope = Microscope.of(model, engine);
    var example = example(6, 6, 2);
    var influence = microscope.influence(example, 4, 1);
    assertThat(influence.positions()).containsExactly(1, 4);
    for (int i = 0; i < 2; i++) {
      int t = influence.positions()[i];
      var asked = new boolean[6];
      asked[t] = true;
      var alone = microscope.look(List.of(example.targetMask(asked)), List.of("z"));
      var expected = alone.layer("layer0").inputGradientNorms();
      for (int s = 0; s < 6; s++) {
        assertThat(influence.norms()[i][s])
            .isCloseTo(expected[s], within(1e-6 * (1 + expected[s])));
        assertThat(influence.norms()[i][s] > 0).isEqualTo(s <= t);
      }
    }
    assertThatThrownBy(() -> microscope.influence(example, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no target at step 6 of 6 steps; choose steps that have one");
  }

  @Test
  void aDecoderReachesIntoItsEncoder() {
    var model = EncoderDecoder
        .of(Inputs.symbols(6, 4), RecurrentStack.of(Lstm.cell(), 5),
            RecurrentStack.of(Gru.cell(), 6), Outputs.symbols(5))
        .feeding(Feeding.FIRST_STEP).seed(3).initialized();
    var example = new Example(
        Values.Symbols.of(0, 3, 5, 1, 2, 4, 0), Values.Symbols.of(1, 4, 0, 2));
    var microscope = Microscope.of(model, engine);
    var profiles = microscope.lags(List.of(example), 4);
    assertThat(profiles.stream().map(p -> p.layer() + "." + p.state())).containsExactlyInAnyOrder(
        "encoder.layer0.c", "encoder.layer0.h", "decoder.layer0.h");
    assertThat(profiles.stream().filter(p -> p.layer().startsWith("encoder")))
        .allSatisfy(p -> assertThat(p.counts()).hasSize(7).containsOnly(4));
    assertThat(profiles.getLast().counts()).containsExactly(4, 3, 2, 1);
    assertThat(microscope.answers(List.of(example, example))).isEqualTo(8);
    var influence = microscope.influence(example);
    assertThat(influence.positions()).containsExactly(0, 1, 2, 3);
    assertThat(influence.norms()[3]).hasSize(7).doesNotContain(0);
  }

  @Test
  void aTextIsLookedAtFromItsBeginning() {
    var model =
        LanguageModel.parts(5, 64, RecurrentStack.of(Lstm.cell(), 7).layers(2), 1).initialized();
    var microscope = Microscope.of(model, engine);
    var text = Batches.next(0, 1, 2, 3, 4, 0, 1, 2, 3);
    var other = Batches.next(3, 2, 1, 0, 1);
    var look = microscope.look(List.of(text, other), List.of("f", "c'"));
    assertThat(look.lengths()).containsExactly(8, 4);
    var alone = microscope.look(List.of(other), List.of("f", "c'"));
    for (var quantity : List.of("f", "c'")) {
      var both = look.layer("layer1").value(quantity);
      var one = alone.layer("layer1").value(quantity);
      for (int t = 0; t < 4; t++) {
        for (int i = 0; i < 7; i++) {
          assertThat(both.array()[(2 * t + 1) * 7 + i]).isEqualTo(one.array()[t * 7 + i]);
        }
      }
    }
    assertThatThrownBy(() -> look.layer("layer1").value("h'"))
        .hasMessage("layer layer1 was looked at without h'; there are f, c'");
    assertThat(microscope.lags(List.of(text, other), 3)).hasSize(4)
        .allSatisfy(p -> assertThat(p.norms()).hasSize(8));
    assertThat(microscope.influence(text, 5).norms()[0]).hasSize(8).endsWith(0, 0);
  }

  /// Windows one after another are what the whole text gives, but for gradients from later windows.
  @Test
  void windowsOfATextGoOnFromOneAnother() {
    var model =
        LanguageModel.parts(5, 64, RecurrentStack.of(Lstm.cell(), 7).layers(2), 1).initialized();
    int[] text = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 3};
    var whole = Microscope.of(model, engine)
        .look(List.of(Batches.next(text)), List.of("f", "h'")).layer("layer1");
    for (int from = 0; from < 10; from += 4) {
      int steps = Math.min(4, 10 - from);
      var window = Batches.next(Arrays.copyOfRange(text, from, from + steps + 1));
      var look = Microscope.of(model, engine, Arrays.copyOf(text, from))
          .look(List.of(window), List.of("f", "h'"));
      assertThat(look.lengths()).containsExactly(steps);
      for (var quantity : List.of("f", "h'")) {
        var expected = whole.value(quantity);
        var actual = look.layer("layer1").value(quantity);
        assertThat(Arrays.copyOf(actual.array(), steps * 7)).as("%s from %d", quantity, from)
            .containsExactly(
                Arrays.copyOfRange(expected.array(), from * 7, (from + steps) * 7));
      }
    }
  }

  /// What comes back through states within a window does not depend on what it is a window of.
  @Test
  void theLastWindowHasTheGradientsOfTheWhole() {
    var model =
        LanguageModel.parts(5, 64, RecurrentStack.of(Gru.cell(), 6).layers(2), 1).initialized();
    int[] text = {0, 1, 2, 3, 4, 0, 1, 2, 3};
    var whole = Microscope.of(model, engine).influence(Batches.next(text), 7);
    var window = Microscope.of(model, engine, Arrays.copyOf(text, 5))
        .influence(Batches.next(Arrays.copyOfRange(text, 5, 9)), 2);
    for (int s = 0; s < 3; s++) {
      assertThat(window.norms()[0][s]).as("step %d", s)
          .isCloseTo(whole.norms()[0][5 + s], withinPercentage(1e-3));
    }
  }

  @Test
  void lookingLeavesTheModelAsItWas() {
    var model = toVector(Gru.cell(), 5);
    Arrays.fill(model.parameters().gradients(), 0.25f);
    var values = model.parameters().values().clone();
    var microscope = Microscope.of(model, engine);
    microscope.look(List.of(example(6, 1, 2)), List.of());
    microscope.lags(List.of(example(6, 1, 2)), 1);
    assertThat(model.parameters().gradients()).containsOnly(0.25f);
    assertThat(model.parameters().values()).containsExactly(values);
  }

  @Test
  void unknownQuantitiesAreNamed() {
    var microscope = Microscope.of(toVector(Gru.cell(), 5), engine);
    assertThatThrownBy(() -> microscope.look(List.of(example(4, 1, 1)), List.of("z", "f")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no layer computes f; there are r, z, n, h'");
    assertThatThrownBy(() -> microscope.lags(List.of(), 4))
        .hasMessage("no examples to look at; give at least one");
    assertThatThrownBy(() -> Batches.next(3)).hasMessageContaining("The text has 1 symbols");
  }

  @Test
  void memoryIsSaidBeforeItIsTaken() {
    var body = RecurrentStack.of(Lstm.cell(), 40).layers(2).bidirectional(Merge.CONCATENATE);
    var model = SequenceToSequence.of(Inputs.features(3), body, Outputs.numbers(2), 7);
    var microscope = Microscope.of(model, engine);
    var examples = List.of(example(50, 50, 1), example(50, 50, 2));
    var look = microscope.look(examples, List.of());
    double copies = look.layers().stream().flatMap(l -> l.values().values().stream())
        .mapToDouble(rows -> 4.0 * rows.array().length).sum();
    assertThat(microscope.bytes(examples))
        .isBetween(0.95 * (look.bytes() + copies), 1.5 * (look.bytes() + copies));
    assertThatThrownBy(() -> microscope.limitedTo(1_000_000).look(examples, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Looking at 50 steps of 2 samples takes about")
        .hasMessageContaining("more than the limit of 1.0 MB; look at up to");
    // With less memory fewer answers lie side by side, and the profile stays what it is.
    var one = List.of(examples.getFirst());
    double[] expected = microscope.lags(one, 20).getFirst().norms();
    double[] little = microscope.limitedTo(1_500_000).lags(one, 20).getFirst().norms();
    for (int k = 0; k < expected.length; k++) {
      assertThat(little[k]).isCloseTo(expected[k], within(1e-5 * expected[k]));
    }
  }
}
