package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.model.Decoding.Hypothesis;
import dev.unroll.model.decoding.Permitted;
import dev.unroll.model.decoding.SampleBeam;
import dev.unroll.model.part.LogProbabilities;
import dev.unroll.tensor.Rows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A beam over probabilities that are given: those of two symbols and of the end, by the step.
class SampleBeamTest {
  private static final int SYMBOLS = 2;

  /// A wide beam answered with nothing at all: the end is within it at once, and whatever had ended
  /// was taken before all that had not, however unlikely it was.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void whatHasEndedDoesNotBeatAFarLikelierOneThatTheLimitCut(int width) {
    double[][] p = {{0.6, 0.3997, 3e-4}};
    for (double penalty : new double[] {0, 0.6, 1}) {
      var best = search(width, penalty, 3, p).getFirst();
      assertThat(best.symbols()).as("width %d, penalty %s", width, penalty)
          .containsExactly(0, 0, 0);
      assertThat(best.ended()).isFalse();
      assertThat(best.cut()).isTrue();
      assertThat(best.logProbability()).isCloseTo(3 * Math.log(0.6), within(1e-6));
    }
  }

  /// No wider beam has a worse answer where one symbol does not change what follows.
  @Test
  void aWiderBeamIsNotWorse() {
    double[][] p = {{0.5, 0.3, 0.2}, {0.2, 0.7, 0.1}, {0.05, 0.9, 0.05}, {0.8, 0.199, 1e-3}};
    for (int longest = 1; longest <= 4; longest++) {
      double before = Double.NEGATIVE_INFINITY;
      for (int width = 1; width <= 12; width++) {
        double score = search(width, 0, longest, p).getFirst().score();
        assertThat(score).as("width %d, at most %d", width, longest)
            .isGreaterThanOrEqualTo(before - 1e-9);
        before = score;
      }
    }
  }

  /// At the limit the end is the likeliest: nothing is cut.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void whatEndsAtTheLimitIsNotCut(int width) {
    double[][] p = {{0.9, 0.09, 0.01}, {0.9, 0.09, 0.01}, {0.2, 0.1, 0.7}};
    var found = search(width, 0, 2, p);
    assertThat(found.getFirst().symbols()).containsExactly(0, 0);
    assertThat(found.getFirst().ended()).isTrue();
    assertThat(found.getFirst().cut()).isFalse();
    assertThat(found.getFirst().logProbability())
        .isCloseTo(2 * Math.log(0.9) + Math.log(0.7), within(1e-6));
    assertThat(found).noneMatch(Hypothesis::cut);
  }

  /// One that ended and is likelier than what was cut is the answer.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void aLikelyEndBeatsWhatWasCut(int width) {
    double[][] p = {{0.6, 0.1, 0.3}, {0.4, 0.35, 0.25}};
    var best = search(width, 0, 2, p).getFirst();
    assertThat(best.ended()).isTrue();
    assertThat(best.symbols()).isEmpty();
    assertThat(best.logProbability()).isCloseTo(Math.log(0.3), within(1e-6));
  }

  /// @param p the probabilities at each step, the last ones for all that follow
  private static List<Hypothesis> search(int width, double penalty, int longest, double[][] p) {
    var model = VectorToSequence.of(Inputs.symbols(3, 2), Feeding.EVERY_STEP,
        RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(SYMBOLS), 1).initialized();
    try (var engine = Engine.of(1)) {
      var beam = new SampleBeam(new Search.Beam(width, penalty), 0, model.decoder(), longest,
          new Permitted(model.decoder(), 0));
      var logProbabilities = new LogProbabilities(engine.kernels(), SYMBOLS + 1);
      for (int t = 0; beam.goesOn(); t++) {
        var logits = Rows.allocate(width, SYMBOLS + 1);
        for (int i = 0; i < logits.array().length; i++) {
          logits.array()[i] = (float) Math.log(p[Math.min(t, p.length - 1)][i % (SYMBOLS + 1)]);
        }
        beam.extend(logProbabilities, logits, new int[width], new int[width]);
      }
      return beam.result();
    }
  }
}
