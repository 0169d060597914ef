package dev.unroll.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static int of(int label, int[] numbers, int[] classes) {
    return (int) Arrays.stream(numbers).filter(i -> classes[i] == label).count();
  }

  private static void assertWhole(Partition partition, int n) {
    assertThat(IntStream.concat(Arrays.stream(partition.train()),
        Arrays.stream(partition.validation())).sorted().toArray())
        .containsExactly(IntStream.range(0, n).toArray());
  }

  @Test
  void everyClassGivesTheSameShare() {
    int[] classes = IntStream.range(0, 1000)
        .map(i -> i == 0 ? 9 : i < 4 ? 8 : i % 10 == 0 ? 1 : 0).toArray();
    var partition = Partition.stratified(classes, 0.1, 1);
    assertWhole(partition, 1000);
    assertThat(of(0, partition.validation(), classes)).isEqualTo(90);
    assertThat(of(1, partition.validation(), classes)).isEqualTo(10);
    assertThat(of(8, partition.validation(), classes)).as("of three one").isEqualTo(1);
    assertThat(of(9, partition.validation(), classes)).as("of one none").isZero();
    assertThat(Partition.stratified(classes, 0.1, 1).validation())
        .containsExactly(partition.validation());
    assertThat(Partition.stratified(classes, 0.1, 2).validation())
        .isNotEqualTo(partition.validation());
    assertThat(Partition.stratified(classes, 0, 1).validation()).isEmpty();
  }

  @Test
  void everySampleValidatesInOneFold() {
    int[] classes = IntStream.range(0, 103).map(i -> i % 10 == 0 ? 1 : 0).toArray();
    int[] tested = new int[103];
    for (int k = 0; k < 5; k++) {
      var fold = Partition.fold(classes, k, 5, 1);
      assertWhole(fold, 103);
      assertThat(fold.validation().length).isBetween(20, 21);
      assertThat(of(1, fold.validation(), classes)).isBetween(2, 3);
      Arrays.stream(fold.validation()).forEach(i -> tested[i]++);
    }
    assertThat(tested).containsOnly(1);
    assertThatThrownBy(() -> Partition.fold(classes, 5, 5, 1)).hasMessage("Partition: fold 5 of 5"
        + " with 103 samples, expected 2 folds or more and no more than samples.");
  }

  @Test
  void groupsStayWhole() {
    var groups = new ArrayList<String>();
    for (int i = 0; i < 500; i++) {
      groups.add("writer " + i * i % 37);
    }
    for (int seed = 0; seed < 20; seed++) {
      var partition = Partition.grouped(groups, 0.2, seed);
      assertWhole(partition, 500);
      var trained = new HashSet<>(Partition.some(groups, partition.train()));
      assertThat(Partition.some(groups, partition.validation())).isNotEmpty()
          .doesNotContainAnyElementsOf(trained);
      assertThat(partition.validation().length).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void oneGroupCannotBeDivided() {
    assertThatThrownBy(() -> Partition.grouped(List.of("a", "a"), 0.1, 1))
        .isInstanceOf(DataException.class)
        .hasMessage("All samples are of the group \"a\", expected two groups or more; validate on a"
            + " file of its own, or leave groups out.");
    assertThat(Partition.grouped(List.of("a", "b", "b"), 0.1, 1).validation()).isNotEmpty();
    assertThatThrownBy(() -> Partition.stratified(new int[0], 0.1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
