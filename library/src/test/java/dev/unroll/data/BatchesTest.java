package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {

  @Test
  void examplesLieSideBySidePaddedTimeFirst() {
    var batch = Batch.of(
        List.of(
            new Example(Features.ofRows(new float[] {1, 2}, new float[] {3, 4}), Symbols.of(0, 1)),
            new Example(Features.ofRows(new float[] {5, 6}), Symbols.of(2))));
    assertThat(batch.samples()).isEqualTo(2);
    assertThat(batch.input().steps()).isEqualTo(2);
    assertThat(batch.input().lengths()).containsExactly(2, 1);
    assertThat(batch.input().features().array()).containsExactly(1, 2, 5, 6, 3, 4, 0, 0);
    assertThat(batch.input().present().array()).containsExactly(1, 1, 1, 0);
    assertThat(batch.input().isFull()).isFalse();
    assertThat(batch.input().hasSymbols()).isFalse();
    assertThat(batch.target().symbols()).containsExactly(0, 2, 1, -1);
    assertThat(batch.target().present().array()).containsExactly(1, 1, 1, 0);
    assertThatThrownBy(() -> batch.target().features()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void someExamplesAreFromAllOver() {
    var examples = IntStream.range(0, 10)
        .mapToObj(i -> new Example(Symbols.of(i), Symbols.of(1))).toList();
    assertThat(Batches.of(examples, 3, 1).some(3))
        .containsExactly(examples.get(0), examples.get(3), examples.get(6));
    assertThat(Batches.byLength(examples, 3).some(99)).containsExactlyElementsOf(examples);
  }

  @Test
  void masksAndMinusOneAreNotPresent() {
    var example = new Example(Symbols.of(4, 5, 6), Symbols.of(1, -1, 2));
    var batch = Batch.of(
        List.of(example.inputMask(true, false, true), example.targetMask(true, true, false)));
    assertThat(batch.input().symbols()).containsExactly(4, 4, -1, 5, 6, 6);
    assertThat(batch.input().present().array()).containsExactly(1, 1, 0, 1, 1, 1);
    assertThat(batch.target().symbols()).containsExactly(1, 1, -1, -1, 2, -1);
    assertThat(batch.target().present().array()).containsExactly(1, 1, 0, 0, 1, 0);
    assertThat(batch.input().lengths()).containsExactly(3, 3);
    assertThat(batch.input().isFull()).isFalse();
  }

  @Test
  void aBatchShortOfExamplesRepeatsTheFirstInputAndAsksNothingOfIt() {
    var batch = Batch.of(
        List.of(
            new Example(Features.of(1, 2), Features.of(7)),
            new Example(Features.of(3, 4), Features.of(8))),
        3);
    assertThat(batch.samples()).isEqualTo(2);
    assertThat(batch.batch()).isEqualTo(3);
    assertThat(batch.input().isFull()).isTrue();
    assertThat(batch.input().features().array()).containsExactly(1, 3, 1, 2, 4, 2);
    assertThat(batch.target().isFull()).isFalse();
    assertThat(batch.target().lengths()).containsExactly(1, 1, 0);
    assertThat(batch.target().features().array()).containsExactly(7, 8, 0);
    assertThat(batch.target().present().array()).containsExactly(1, 1, 0);
    assertThat(batch.number(1)).isEqualTo(1);
    assertThat(batch.number(2)).isEqualTo(-1);
  }

  /// Example i of length 1 … 9 has the symbols i, its target is i.
  private static List<Example> numbered(int n, Random random) {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < n; i++) {
      int[] symbols = new int[1 + random.nextInt(9)];
      Arrays.fill(symbols, i);
      examples.add(new Example(new Symbols(symbols), Symbols.of(i)));
    }
    return examples;
  }

  @Test
  void anEpochHasEveryExampleOnceAndNothingOfTheBatchBefore() {
    long seed = 41;
    var random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      int n = 1 + random.nextInt(400);
      int size = 1 + random.nextInt(8);
      var examples = numbered(n, random);
      for (var batches : List.of(
          Batches.of(examples, size, round),
          Batches.inOrder(examples, size),
          Batches.byLength(examples, size))) {
        String what = "seed %d round %d: %s".formatted(seed, round, batches);
        int[] seen = new int[n];
        for (int i = 0; i < batches.count(); i++) {
          var batch = batches.batch(round, i);
          int longest = 0;
          for (int b = 0; b < batch.samples(); b++) {
            int number = batch.number(b);
            seen[number]++;
            int length = examples.get(number).input().length();
            longest = Math.max(longest, length);
            assertThat(batch.target().symbols()[b]).as(what).isEqualTo(number);
            for (int t = 0; t < batch.input().steps(); t++) {
              int row = t * size + b;
              assertThat(batch.input().symbols()[row]).as(what).isEqualTo(t < length ? number : -1);
              assertThat(batch.input().present().array()[row]).as(what)
                  .isEqualTo(t < length ? 1 : 0);
            }
          }
          assertThat(batch.input().steps()).as(what).isEqualTo(longest);
        }
        assertThat(seen).as(what).containsOnly(1);
      }
    }
  }

  private static List<Integer> order(Batches batches, int epoch) {
    var order = new ArrayList<Integer>();
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(epoch, i);
      for (int b = 0; b < batch.samples(); b++) {
        order.add(batch.number(b));
      }
    }
    return order;
  }

  @Test
  void seedAndEpochDecideTheOrder() {
    var examples = numbered(100, new Random(7));
    var batches = Batches.of(examples, 8, 3);
    var first = order(batches, 0);
    assertThat(order(batches, 1)).isNotEqualTo(first);
    assertThat(order(batches, 0)).isEqualTo(first);
    assertThat(order(Batches.of(examples, 8, 3), 0)).isEqualTo(first);
    assertThat(order(Batches.of(examples, 8, 4), 0)).isNotEqualTo(first);
  }

  @Test
  void bucketsPadLittle() {
    var examples = numbered(1000, new Random(7));
    int symbols = examples.stream().mapToInt(example -> example.input().length()).sum();
    var batches = Batches.of(examples, 10, 3);
    int cells = 0;
    for (int i = 0; i < batches.count(); i++) {
      cells += batches.batch(0, i).input().steps() * 10;
    }
    // Random batches of lengths 1 … 9 have about 80 % more cells than symbols.
    assertThat(cells).isLessThan(symbols * 21 / 20);
  }

  @Test
  void sizesAndNumbersOutsideAreRefused() {
    var examples = numbered(3, new Random(1));
    assertThatThrownBy(() -> Batches.inOrder(examples, 0))
        .hasMessage("Batches: batch or count is 0, expected at least 1.");
    assertThatThrownBy(() -> Batches.inOrder(examples, 2).batch(0, 2))
        .hasMessage("Batches: batch 2 of 2 in epoch 0.");
    assertThatThrownBy(() -> Batches.inOrder(List.of(), 2))
        .isInstanceOf(DataException.class)
        .hasMessage("There are no examples, expected at least one.");
  }

  /// Example n reads n and answers n.
  private record Echo() implements Task {
    @Override
    public Form form() {
      return new Form(new Kind.Features(1), new Kind.Symbols(50), Pairing.ONE_TARGET);
    }

    @Override
    public Example example(long number) {
      return new Example(Features.of((float) number), Symbols.of((int) number));
    }

    @Override
    public int longestInput() {
      return 1;
    }

    @Override
    public int longestTarget() {
      return 1;
    }
  }

  @Test
  void aTaskGivesNewExamplesInEveryBatch() {
    var batches = Batches.of(new Echo(), 3, 4);
    assertThat(batches.batch(0, 0).target().symbols()).containsExactly(0, 1, 2);
    assertThat(batches.batch(0, 3).input().features().array()).containsExactly(9, 10, 11);
    assertThat(batches.batch(1, 0).target().symbols()).containsExactly(12, 13, 14);
    assertThat(batches.examples()).isEqualTo(12);
    assertThatThrownBy(() -> batches.batch(4, 1))
        .hasMessageStartingWith("Sample 51 (the first is 0): the target at step 0 is symbol 51");
  }

  @Test
  void aBatchIsFilledWithoutNewArrays() {
    var batches = Batches.of(numbered(1000, new Random(7)), 10, 3);
    var jvm = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    batches.batch(0, 0); // puts the epoch in order
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = jvm.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < batches.count(); i++) {
        batches.batch(0, i);
      }
      least = Math.min(least, jvm.getCurrentThreadAllocatedBytes() - before);
    }
    // 100 batches; the symbols alone of one are about 200 bytes.
    assertThat(least).isLessThan(2_000);
  }
}
