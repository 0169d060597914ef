package dev.unroll.data;

import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// One long sequence cut into B streams of equal length that are read side by side, T steps at a
/// time: the batches of truncated back-propagation through time, where the states after batch k are
/// the initial states of batch k + 1.
///
/// Of n steps, stream b has the steps `b·S … b·S + S − 1`, where `S = ⌊n / B⌋`; the last `n mod B`
/// steps are left out. There are `⌈S / T⌉` batches; the last one has fewer steps when T does not
/// divide S. Every epoch is the same. Not thread-safe.
final class StreamBatches implements Batches {
  private final OneCaller caller = new OneCaller("Batches",
      "give each thread batches of its own; they may share the examples");
  private final Example sequence;
  private final Form form;
  private final int size;
  private final int shards;
  private final int time;
  private final int length;
  private final Batch batch;

  private StreamBatches(Example sequence, int batch, int shards, int time) {
    this.sequence = sequence;
    size = batch;
    this.shards = shards;
    this.time = time;
    length = sequence.input().length() / batch;
    form = new Form(kind(sequence.input()), kind(sequence.target()), Pairing.STEP_BY_STEP);
    form.check(sequence, 0);
    this.batch = new Batch(form, batch / shards, time, time);
  }

  private static Kind kind(Values values) {
    return switch (values) {
      case Values.Symbols _ -> new Kind.Symbols(Form.needed(values));
      case Values.Words _ -> throw new DataException(
          "Words are read sentence by sentence, not as one long sequence; give examples.");
      case Values.Features features -> new Kind.Features(features.columns());
    };
  }

  /// As [Batches#streams].
  static StreamBatches of(Example sequence, int batch, int time) {
    requirePositive(batch, time);
    long needed = (long) batch * time;
    int steps = steps(sequence);
    if (steps < needed) {
      throw new DataException(
          ("The sequence has %d steps, but batch %d and time %d need at least %d"
              + " (batch · time); lower batch or time, or bring a longer one.")
              .formatted(steps, batch, time, needed));
    }
    return new StreamBatches(sequence, batch, 1, time);
  }

  /// As [Batches#streamsUpTo].
  static StreamBatches atMost(Example sequence, int batch, int time) {
    requirePositive(batch, time);
    int steps = steps(sequence);
    int streams = Math.clamp(steps / time, 1, batch);
    return new StreamBatches(sequence, streams, 1, Math.min(time, steps / streams));
  }

  private static int steps(Example sequence) {
    int steps = sequence.input().length();
    if (steps < 1 || steps != sequence.target().length()) {
      throw new DataException(
          ("The sequence has %d steps and its target %d; expected at least 1, and a target for each"
              + " step.").formatted(steps, sequence.target().length()));
    }
    return steps;
  }

  private static void requirePositive(int batch, int time) {
    if (batch < 1 || time < 1) {
      throw new IllegalArgumentException(
          "streams: batch is %d and time is %d, expected at least 1".formatted(batch, time));
    }
  }

  @Override
  public int batchSize() {
    return batch.batch();
  }

  @Override
  public int count() {
    return Math.multiplyExact(Math.ceilDiv(length, time), shards);
  }

  @Override
  public Batches shards(int shards) {
    Batches.requireShards(shards, size, this.shards);
    return new StreamBatches(sequence, size, shards, time);
  }

  @Override
  public int shards() {
    return shards;
  }

  @Override
  public long examples() {
    return size;
  }

  @Override
  public Form form() {
    return form;
  }

  @Override
  public int longestInput() {
    return time;
  }

  @Override
  public int longestTarget() {
    return time;
  }

  @Override
  public boolean areStreams() {
    return true;
  }

  @Override
  public List<Example> some(int most) {
    int n = Math.min(most, size);
    return IntStream.range(0, n).map(i -> (int) ((long) i * size / n) * length)
        .mapToObj(
            from -> new Example(piece(sequence.input(), from), piece(sequence.target(), from)))
        .toList();
  }

  private Values piece(Values values, int from) {
    int steps = Math.min(time, length);
    return switch (values) {
      case Values.Symbols(var symbols) ->
          new Values.Symbols(Arrays.copyOfRange(symbols, from, from + steps));
      case Values.Features features -> features.rows(from, steps);
      case Values.Words _ -> throw new IllegalStateException("words are no stream");
    };
  }

  @Override
  public Batch batch(int epoch, int i) {
    caller.enter();
    try {
      if (epoch < 0 || i < 0 || i >= count()) {
        throw new IndexOutOfBoundsException(
            "streams: batch %d of %d in epoch %d".formatted(i, count(), epoch));
      }
      int start = i / shards * time;
      batch.fillStreams(sequence, i % shards * batchSize(), length, start,
          Math.min(time, length - start));
      return batch;
    } finally {
      caller.leave();
    }
  }

  @Override
  public String toString() {
    return "streams(%d steps, batch %d, time %d, %d batches%s)"
        .formatted(sequence.input().length(), size, time, Math.ceilDiv(length, time),
            shards == 1 ? "" : ", %d shards".formatted(shards));
  }
}
