package dev.unroll.data;

import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The batches of a list of examples or of a [Task].
///
/// Shuffled batches come in an order that depends on seed and epoch alone. They are bucketed by
/// length: the shuffled examples are taken in pools of 64 batches, each pool is sorted by length
/// and cut into batches, and the batches are shuffled. So there is little padding if lengths
/// differ, and if all lengths are equal nothing but the shuffle is left.
///
/// A `Task` gives new examples in every batch of every epoch.
///
/// Not thread-safe.
final class ExampleBatches implements Batches {
  /// Among several thousand examples there are enough of each length; with larger pools, batches
  /// differ more between epochs than with smaller ones.
  private static final int POOL = 64;

  private final OneCaller caller = new OneCaller("Batches",
      "give each thread batches of its own; they may share the examples");
  private final List<Example> examples;
  private final Form form;
  private final int size;
  private final int shards;
  private final int count;
  private final @Nullable CounterRandom random;
  private final Batch batch;
  private final int longestInput;
  private final int longestTarget;
  private final @Nullable Task task;
  private int[] order;
  private int[] places = {};
  private int orderedFor = -1;

  private ExampleBatches(List<Example> examples, int size, @Nullable CounterRandom random) {
    this(
        examples,
        Form.of(examples),
        requirePositive(size),
        1,
        Math.ceilDiv(examples.size(), size),
        Batch.longestInput(examples),
        Batch.longestTarget(examples),
        random,
        null);
  }

  private ExampleBatches(List<Example> examples, Form form, int size, int shards, int count,
      int longestInput, int longestTarget, @Nullable CounterRandom random, @Nullable Task task) {
    this.examples = examples;
    this.form = form;
    this.size = size;
    this.shards = shards;
    this.count = count;
    this.random = random;
    this.task = task;
    this.longestInput = longestInput;
    this.longestTarget = longestTarget;
    batch = new Batch(form, size / shards, longestInput, longestTarget);
    order = IntStream.range(0, examples.size()).toArray();
  }

  private static int requirePositive(int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "Batches: batch or count is %d, expected at least 1.".formatted(size));
    }
    return size;
  }

  /// As [Batches#of(List, int, long)].
  static Batches of(List<Example> examples, int batch, long seed) {
    return new ExampleBatches(examples, batch, CounterRandom.of(seed).stream("batches"));
  }

  /// As [Batches#inOrder].
  static Batches inOrder(List<Example> examples, int batch) {
    return new ExampleBatches(examples, batch, null);
  }

  /// As [Batches#byLength].
  static Batches byLength(List<Example> examples, int batch) {
    var batches = new ExampleBatches(examples, batch, null);
    batches.order = batches.sorted(batches.order, 0, examples.size());
    return batches;
  }

  /// As [Batches#of(Task, int, int)].
  static Batches of(Task task, int batch, int count) {
    return new ExampleBatches(
        Arrays.asList(new Example[requirePositive(batch)]),
        task.form(),
        batch,
        1,
        requirePositive(count),
        task.longestInput(),
        task.longestTarget(),
        null,
        task);
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
    order = random.stream("examples").permutation(epoch, n);
    for (int from = 0; from < n; from += pool) {
      int[] part = sorted(order, from, Math.min(from + pool, n));
      System.arraycopy(part, 0, order, from, part.length);
    }
    places = random.stream("places").permutation(epoch, count);
    orderedFor = epoch;
  }

  @Override
  public int count() {
    return Math.multiplyExact(count, shards);
  }

  @Override
  public int batchSize() {
    return size / shards;
  }

  @Override
  public Batches shards(int shards) {
    Batches.requireShards(shards, size, this.shards);
    var list = task == null ? examples : Arrays.asList(new Example[size]);
    var divided = new ExampleBatches(list, form, size, shards, count, longestInput, longestTarget,
        random, task);
    divided.order = order.clone();
    return divided;
  }

  @Override
  public int shards() {
    return shards;
  }

  @Override
  public long examples() {
    return task == null ? examples.size() : (long) count * size;
  }

  @Override
  public Form form() {
    return form;
  }

  @Override
  public int longestInput() {
    return longestInput;
  }

  @Override
  public int longestTarget() {
    return longestTarget;
  }

  @Override
  public List<Example> some(int most) {
    int n = (int) Math.min(most, examples());
    return IntStream.range(0, n).mapToObj(i -> {
      int at = (int) (i * examples() / n);
      return task == null ? examples.get(at) : task.example(at);
    }).toList();
  }

  @Override
  public Batch batch(int epoch, int i) {
    caller.enter();
    try {
      if (epoch < 0 || i < 0 || i >= count()) {
        throw new IndexOutOfBoundsException(
            "Batches: batch %d of %d in epoch %d.".formatted(i, count(), epoch));
      }
      int whole = i / shards;
      int part = size / shards;
      int begin = i % shards * part;
      if (task != null) {
        long first = ((long) epoch * count + whole) * size;
        for (int b = begin; b < begin + part; b++) { // those of other shards are made elsewhere
          var example = task.example(first + b);
          form.check(example, first + b);
          examples.set(b, example);
        }
        batch.fill(examples, order, begin, part);
        return batch;
      }
      if (random != null && epoch != orderedFor) {
        order(random, epoch);
      }
      int from = (random == null ? whole : places[whole]) * size;
      int count = Math.clamp(Math.min(size, examples.size() - from) - begin, 0, part);
      batch.fill(examples, order, from + begin, count, order[from]);
      return batch;
    } finally {
      caller.leave();
    }
  }

  @Override
  public String toString() {
    return "Batches(%,d examples, batch %d, %,d batches%s)".formatted(examples(), size, count,
        shards == 1 ? "" : ", %d shards".formatted(shards));
  }
}
