package dev.unroll.data;

import dev.unroll.tensor.CounterRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The batches of a list of examples: every example once an epoch, the last batch with fewer
/// examples if B does not divide their number.
///
/// Shuffled batches come in an order that seed and epoch alone decide. They are bucketed by length:
/// the shuffled examples are taken in pools of 64 batches, each pool is sorted by length and cut
/// into batches, and the batches are shuffled. So little is padded where lengths differ, and where
/// all lengths are equal nothing but the shuffle is left.
///
/// One `Batch` is filled again and again: `batch` returns the same object each time, and what was in
/// it is gone. Not for several threads at once.
public final class Batches {
  /// Of several thousand examples there are enough of each length; fewer pools mean that batches
  /// differ more between epochs.
  private static final int POOL = 64;

  private final List<Example> examples;
  private final int size;
  private final @Nullable CounterRandom random;
  private final Batch batch;
  private final int longestInput;
  private final int longestTarget;
  private int[] order;
  private int[] places = {};
  private int orderedFor = -1;

  private Batches(List<Example> examples, int size, @Nullable CounterRandom random) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "Batches: batch is %d, expected at least 1.".formatted(size));
    }
    var form = Form.of(examples);
    this.examples = examples;
    this.size = size;
    this.random = random;
    longestInput = Batch.longestInput(examples);
    longestTarget = Batch.longestTarget(examples);
    batch = new Batch(form, size, longestInput, longestTarget);
    order = IntStream.range(0, examples.size()).toArray();
  }

  /// Shuffled batches: to train.
  ///
  /// @param examples not copied and not to be changed; read at random, so not a linked list
  /// @param batch B
  /// @param seed of the order
  /// @throws DataException if there is no example or they are not of one form
  public static Batches of(List<Example> examples, int batch, long seed) {
    return new Batches(examples, batch, CounterRandom.of(seed).stream("batches"));
  }

  /// The examples as they stand in the list, the same in every epoch.
  ///
  /// @throws DataException if there is no example or they are not of one form
  public static Batches inOrder(List<Example> examples, int batch) {
    return new Batches(examples, batch, null);
  }

  /// The examples from the shortest to the longest, the same in every epoch: to evaluate with
  /// little padding; `Batch.number` says which is which.
  ///
  /// @throws DataException if there is no example or they are not of one form
  public static Batches byLength(List<Example> examples, int batch) {
    var batches = new Batches(examples, batch, null);
    batches.order = batches.sorted(batches.order, 0, examples.size());
    return batches;
  }

  private int[] sorted(int[] order, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> order[i])
        .sorted(Comparator
            .comparingInt((Integer i) -> examples.get(i).input().length())
            .thenComparingInt(i -> examples.get(i).target().length()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void order(CounterRandom random, int epoch) {
    int n = examples.size();
    int pool = Math.multiplyExact(POOL, size);
    order = Permutation.of(random.stream("examples"), epoch, n);
    for (int from = 0; from < n; from += pool) {
      int[] part = sorted(order, from, Math.min(from + pool, n));
      System.arraycopy(part, 0, order, from, part.length);
    }
    places = Permutation.of(random.stream("places"), epoch, count());
    orderedFor = epoch;
  }

  /// The number of batches of an epoch, `⌈examples / B⌉`.
  public int count() {
    return Math.ceilDiv(examples.size(), size);
  }

  /// B.
  public int batchSize() {
    return size;
  }

  /// The number of examples.
  public int examples() {
    return examples.size();
  }

  /// The steps of the longest input.
  public int longestInput() {
    return longestInput;
  }

  /// The steps of the longest target.
  public int longestTarget() {
    return longestTarget;
  }

  /// Batch i of an epoch, until the next call.
  ///
  /// @param epoch from 0
  /// @param i `0 … count() − 1`
  public Batch batch(int epoch, int i) {
    if (epoch < 0 || i < 0 || i >= count()) {
      throw new IndexOutOfBoundsException(
          "Batches: batch %d of %d in epoch %d.".formatted(i, count(), epoch));
    }
    if (random != null && epoch != orderedFor) {
      order(random, epoch);
    }
    int from = (random == null ? i : places[i]) * size;
    batch.fill(examples, order, from, Math.min(size, examples.size() - from));
    return batch;
  }

  @Override
  public String toString() {
    return "Batches(%,d examples, batch %d, %,d batches)".formatted(examples.size(), size, count());
  }
}
