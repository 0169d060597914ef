package dev.unroll.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.data.split.Partition;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistinctTest {
  /// Copies of a sample had stood on both sides of the split.
  @Test
  void copiesAreOnOneSide() {
    var keys = IntStream.range(0, 200).mapToObj(i -> "sample " + i % 70).toList();
    var distinct = Distinct.of(keys);
    assertThat(distinct.samples()).hasSize(70);
    assertThat(distinct.copies()).isEqualTo(130);
    int[] classes = IntStream.range(0, 200).map(i -> i % 70 % 2).toArray();
    var parts = distinct.all(Partition.stratified(distinct.classes(classes), 0.2, 7));
    assertThat(parts.train().length + parts.validation().length).isEqualTo(200);
    var train = new HashSet<>(Partition.some(keys, parts.train()));
    assertThat(Partition.some(keys, parts.validation())).isNotEmpty()
        .noneMatch(train::contains);
  }

  @Test
  void withoutCopiesItIsThePartitionItself() {
    var distinct = Distinct.of(List.of("a", "b", "c", "d", "e", "f"));
    int[] classes = {0, 1, 0, 1, 0, 1};
    var plain = Partition.stratified(classes, 0.4, 3);
    var parts = distinct.all(Partition.stratified(distinct.classes(classes), 0.4, 3));
    assertThat(parts.train()).containsExactly(plain.train());
    assertThat(parts.validation()).containsExactly(plain.validation());
  }
}
