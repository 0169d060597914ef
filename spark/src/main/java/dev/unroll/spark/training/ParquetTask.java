package dev.unroll.spark.training;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Task;
import dev.unroll.model.Structure;
import dev.unroll.tensor.CounterRandom;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The rows of Parquet files as examples with numbers: example `(e · count + i) · B + b` is the one
/// in column b of batch i of epoch e, and belongs to shard `b / (B / S)`. A shard reads its own
/// rows only, when it is asked for them.
final class ParquetTask implements Task, Closeable {
  private final Form form;
  private final int batch;
  private final long count;
  private final int longestInput;
  private final int longestTarget;
  private final List<ShardRows> shards = new ArrayList<>();
  private int mostHeld;

  /// @param batch B
  /// @param count the batches of an epoch
  /// @param shards S, which divides B
  ParquetTask(Structure model, ShardRows.RowGroups data, Longest longest, int batch, long count,
      int shards, long seed) {
    form = model.form();
    this.batch = batch;
    this.count = count;
    longestInput = longest.input();
    longestTarget = longest.target();
    var random = CounterRandom.of(seed).stream("parquet");
    for (int s = 0; s < shards; s++) {
      this.shards.add(new ShardRows(data, model, random, s));
    }
  }

  /// The steps of the longest input and target.
  record Longest(int input, int target) {}

  @Override
  public Form form() {
    return form;
  }

  @Override
  public synchronized Example example(long number) {
    long epoch = number / (count * batch);
    long inEpoch = number % (count * batch);
    int part = batch / shards.size();
    int column = (int) (inEpoch % batch);
    var shard = shards.get(column / part);
    try {
      var example = shard.example(Math.toIntExact(epoch), inEpoch / batch * part + column % part);
      int held = 0;
      for (var each : shards) {
        held += each.held();
      }
      mostHeld = Math.max(mostHeld, held);
      return example;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public int longestInput() {
    return longestInput;
  }

  @Override
  public int longestTarget() {
    return longestTarget;
  }

  /// The most examples that were in memory at a time.
  synchronized int mostHeld() {
    return mostHeld;
  }

  /// The rows that were read.
  synchronized long read() {
    return shards.stream().mapToLong(ShardRows::read).sum();
  }

  @Override
  public synchronized void close() throws IOException {
    for (var shard : shards) {
      shard.close();
    }
  }
}
