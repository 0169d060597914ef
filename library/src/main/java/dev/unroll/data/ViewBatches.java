package dev.unroll.data;

import dev.unroll.data.Form.Kind;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The batches of [Views]. Shuffled, the windows are dealt like cards: epoch e has the next `most`
/// of a shuffled deck, and when the deck is used up, another one is shuffled.
///
/// Not thread-safe.
final class ViewBatches implements Batches {
  private final OneCaller caller = new OneCaller("Batches",
      "give each thread batches of its own; they may share the windows");
  private final Views views;
  private final Form form;
  private final int size;
  private final int shards;
  private final int most;
  private final @Nullable CounterRandom random;
  private final Batch batch;
  private int[] order;
  private int[] pack = {};
  private long packNumber = -1;
  private int orderedFor = -1;

  private ViewBatches(Views views, int size, int shards, int most,
      @Nullable CounterRandom random) {
    if (views.count() < 1) {
      throw new DataException("There are no windows, expected at least one.");
    }
    if (size < 1 || most < 1) {
      throw new IllegalArgumentException(
          "Batches: batch is %d and windows of an epoch %d, expected at least 1."
              .formatted(size, most));
    }
    this.views = views;
    this.size = size;
    this.shards = shards;
    this.most = Math.min(most, views.count());
    this.random = random;
    form = new Form(new Kind.Features(views.features()), new Kind.Features(views.targets()),
        Form.Pairing.ANY);
    batch = new Batch(form, size / shards, views.steps(), 1);
    order = random == null ? IntStream.range(0, this.most).toArray() : new int[this.most];
  }

  static Batches of(Views views, int size, int most, long seed) {
    return new ViewBatches(views, size, 1, most, CounterRandom.of(seed).stream("views"));
  }

  static Batches inOrder(Views views, int size) {
    return new ViewBatches(views, size, 1, Integer.MAX_VALUE, null);
  }

  private void deal(CounterRandom shuffles, int epoch) {
    long first = (long) epoch * most;
    for (int i = 0; i < most; i++) {
      long number = (first + i) / views.count();
      if (number != packNumber) {
        pack = shuffles.permutation(number, views.count());
        packNumber = number;
      }
      order[i] = pack[(int) ((first + i) % views.count())];
    }
    orderedFor = epoch;
  }

  @Override
  public int count() {
    return Math.multiplyExact(Math.ceilDiv(most, size), shards);
  }

  @Override
  public int batchSize() {
    return size / shards;
  }

  @Override
  public Batches shards(int shards) {
    Batches.requireShards(shards, size, this.shards);
    return new ViewBatches(views, size, shards, most, random);
  }

  @Override
  public int shards() {
    return shards;
  }

  @Override
  public long examples() {
    return most;
  }

  @Override
  public Form form() {
    return form;
  }

  @Override
  public int longestInput() {
    return views.steps();
  }

  @Override
  public int longestTarget() {
    return 1;
  }

  @Override
  public List<Example> some(int most) {
    int features = views.features();
    var examples = new ArrayList<Example>();
    int wanted = Math.min(most, views.count());
    for (int i = 0; i < wanted; i++) {
      int view = (int) ((i + 1L) * views.count() / wanted) - 1;
      float[] target = new float[views.targets()];
      views.target(view, target, 0);
      if (isWhole(target)) {
        float[] input = new float[views.steps() * features];
        views.input(view, input, 0, features);
        examples.add(new Example(new Values.Features(input, features),
            new Values.Features(target, target.length)));
      }
    }
    return examples;
  }

  private static boolean isWhole(float[] target) {
    for (float value : target) {
      if (Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Batch batch(int epoch, int i) {
    caller.enter();
    try {
      if (epoch < 0 || i < 0 || i >= count()) {
        throw new IndexOutOfBoundsException(
            "Batches: batch %d of %d in epoch %d.".formatted(i, count(), epoch));
      }
      if (random != null && epoch != orderedFor) {
        deal(random, epoch);
      }
      int from = i / shards * size;
      int part = size / shards;
      int begin = i % shards * part;
      int count = Math.clamp(Math.min(size, most - from) - begin, 0, part);
      batch.fill(views, order, from + begin, count, order[from]);
      return batch;
    } finally {
      caller.leave();
    }
  }

  @Override
  public String toString() {
    return "Batches(%d of %d windows, batch %d, %d batches%s)"
        .formatted(most, views.count(), size, Math.ceilDiv(most, size),
            shards == 1 ? "" : ", %d shards".formatted(shards));
  }
}
