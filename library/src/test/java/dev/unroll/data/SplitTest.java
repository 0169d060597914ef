package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.Values.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final List<Example> EXAMPLES = IntStream.range(0, 101)
      .mapToObj(i -> new Example(Symbols.of(i), Symbols.of(i)))
      .toList();

  private static void assertParts(Split split, int train, int validation, int test) {
    assertThat(split).hasToString(
        "Split(%d to train, %d to validate, %d to test)".formatted(train, validation, test));
    var all = new ArrayList<>(split.train());
    all.addAll(split.validation());
    all.addAll(split.test());
    assertThat(all).as("each example once").containsExactlyInAnyOrderElementsOf(EXAMPLES);
  }

  @Test
  void theSeedAloneDecides() {
    var split = Split.random(EXAMPLES, 0.1, 0.2, 5);
    assertParts(split, 71, 10, 20);
    assertThat(Split.random(EXAMPLES, 0.1, 0.2, 5)).isEqualTo(split);
    assertThat(Split.random(EXAMPLES, 0.1, 0.2, 6)).isNotEqualTo(split);
    assertThat(split.train()).isNotEqualTo(EXAMPLES.subList(0, 71));
  }

  @Test
  void aSeriesIsCutInTime() {
    var split = Split.inOrder(EXAMPLES, 0.1, 0.2);
    assertParts(split, 71, 10, 20);
    assertThat(split.test()).isEqualTo(EXAMPLES.subList(81, 101));
  }

  @Test
  void everyExampleIsInOneTestFold() {
    var tested = new ArrayList<Example>();
    for (int k = 0; k < 10; k++) {
      var split = Split.fold(EXAMPLES, k, 10, 3);
      tested.addAll(split.test());
      assertParts(split, 101 - split.validation().size() - split.test().size(),
          split.validation().size(), split.test().size());
      assertThat(split.test().size()).isBetween(10, 11);
    }
    assertThat(tested).containsExactlyInAnyOrderElementsOf(EXAMPLES);
  }

  @Test
  void someAreHeldOut() {
    var split = Split.inOrder(EXAMPLES, 0, 0.2).holdOut(11, 2);
    assertParts(split, 70, 11, 20);
    assertThat(split.test()).isEqualTo(EXAMPLES.subList(81, 101));
  }

  @Test
  void nothingLeftToTrainIsRefused() {
    assertThatThrownBy(() -> Split.inOrder(EXAMPLES, 0.5, 0.6))
        .hasMessage("Split: 0.5 of 101 examples to validate and 0.6 to test leave -9 to train.");
    assertThatThrownBy(() -> Split.fold(EXAMPLES, 3, 3, 1))
        .hasMessageStartingWith("Split: fold 3 of 3 with 101 examples");
    assertThatThrownBy(() -> Split.inOrder(EXAMPLES, 0, 0).holdOut(101, 1))
        .hasMessage("Split: 101 examples to validate leave 0 to train.");
  }
}
