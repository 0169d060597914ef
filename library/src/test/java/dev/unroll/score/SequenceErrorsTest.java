package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.text.EditDistance;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceErrorsTest {
  private static int distance(String a, String b) {
    return EditDistance.of(a.chars().toArray(), b.chars().toArray());
  }

  @Test
  void knownDistances() {
    // The classic examples; kitten → sitten → sittin → sitting.
    assertThat(distance("kitten", "sitting")).isEqualTo(3);
    assertThat(distance("saturday", "sunday")).isEqualTo(3);
    assertThat(distance("", "abc")).isEqualTo(3);
    assertThat(distance("abc", "")).isEqualTo(3);
    assertThat(distance("abc", "abc")).isZero();
  }

  /// The definition, without memory of what was computed.
  private static int slowly(int[] a, int[] b, int i, int j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    int replaced = slowly(a, b, i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
    return Math.min(
        replaced,
        1 + Math.min(slowly(a, b, i - 1, j), slowly(a, b, i, j - 1)));
  }

  @Test
  void theTableIsTheRecursion() {
    long seed = 12;
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int[] a = random.ints(random.nextInt(6), 0, 3).toArray();
      int[] b = random.ints(random.nextInt(6), 0, 3).toArray();
      assertThat(EditDistance.of(a, b)).as("seed %d round %d", seed, round)
          .isEqualTo(slowly(a, b, a.length, b.length));
    }
  }

  @Test
  void theClosestReferenceCounts() {
    var errors = new SequenceErrors();
    errors.add(new int[] {1, 2, 3}, List.of(new int[] {9, 9}, new int[] {1, 2, 3}));
    errors.add(new int[] {1, 2}, List.of(new int[] {1, 4, 2, 5}, new int[] {1, 2, 7}));
    errors.add(new int[] {1}, List.of(new int[] {1, 2}, new int[] {2, 1, 3}, new int[] {3}));
    assertThat(errors.sequences()).isEqualTo(3);
    assertThat(errors.sequenceErrorRate()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(errors.accuracy()).isCloseTo(1.0 / 3, within(1e-12));
    // 0 of 3, 1 of 3, 1 of 2: of [1, 2] and [3], equally close, the longer one
    assertThat(errors.symbolErrorRate()).isCloseTo(2.0 / 8, within(1e-12));
    assertThat(errors).hasToString("2 of 3 sequences wrong, 2 edits over 8 symbols");
    assertThatThrownBy(() -> errors.add(new int[0], List.of()))
        .hasMessage("SequenceErrors: no reference, expected at least one.");
  }
}
