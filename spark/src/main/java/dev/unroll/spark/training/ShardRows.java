package dev.unroll.spark.training;

import dev.unroll.data.Example;
import dev.unroll.model.Structure;
import dev.unroll.tensor.CounterRandom;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// The rows of one shard: a stretch of each epoch's row groups, read in windows. The examples of a
/// window come in an order that depends on seed, shard and window alone. It holds one window.
final class ShardRows implements Closeable {
  private final RowGroups data;
  private final Structure model;
  private final RowExamples reader;
  private final CounterRandom random;
  private final int shard;
  private @Nullable GroupOrder order;
  private int orderedFor = -1;
  private List<Example> window = List.of();
  private int[] shuffled = {};
  private long windowAt = -1;

  /// What is being read, and the place of its next row.
  private @Nullable RowGroupReader rows;
  private int group;
  private long next;
  private long read;

  /// What all shards know.
  ///
  /// @param length the rows of a shard in an epoch
  /// @param rows of a window
  record RowGroups(List<RowGroup> groups, StructType columns, long length, int rows) {}

  ShardRows(RowGroups data, Structure model, CounterRandom random, int shard) {
    this.data = data;
    this.model = model;
    this.shard = shard;
    this.random = random;
    reader = new RowExamples(model, data.columns);
  }

  /// An example of the shard in an epoch.
  Example example(int epoch, long number) throws IOException {
    long begin = number / data.rows * data.rows;
    if (epoch != orderedFor || begin != windowAt) {
      load(epoch, begin);
    }
    return window.get(shuffled[(int) (number - begin)]);
  }

  private void load(int epoch, long begin) throws IOException {
    window = List.of(); // before another one is there
    windowAt = -1;
    if (order == null || epoch != orderedFor) {
      close();
      order = new GroupOrder(data.groups, random, epoch);
      orderedFor = epoch;
    }
    int count = (int) Math.min(data.rows, data.length - begin);
    seek(order, shard * data.length + begin);
    var examples = new ArrayList<Example>(count);
    for (int i = 0; i < count; i++) {
      examples.add(row(order).next(reader));
      next++;
      read++;
    }
    window = model.scaled(examples);
    windowAt = begin;
    shuffled = random.stream("rows").stream(shard)
        .permutation(epoch * Math.ceilDiv(data.length, data.rows) + begin / data.rows, count);
  }

  /// Goes to the row of a place: forward in its group, or to another group.
  private void seek(GroupOrder order, long place) throws IOException {
    int wanted = order.at(place);
    if (rows == null || wanted != group || place < next) {
      close();
      group = wanted;
      next = order.begin(wanted);
    }
    while (next < place) {
      row(order).next();
      next++;
      read++;
    }
  }

  /// What the next row is read from.
  private RowGroupReader row(GroupOrder order) throws IOException {
    var current = rows;
    while (current == null || !current.hasNext()) {
      if (current != null) {
        current.close();
        group++;
      }
      current = new RowGroupReader(order.group(group), data.columns);
      rows = current;
    }
    return current;
  }

  /// The examples that it holds.
  int held() {
    return window.size();
  }

  /// The rows that it has read.
  long read() {
    return read;
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }
}
