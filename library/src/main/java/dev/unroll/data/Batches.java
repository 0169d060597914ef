package dev.unroll.data;

import java.util.Arrays;
import java.util.List;

/// The batches of an epoch, in the order in which a model reads them.
///
/// | made by | batches |
/// | --- | --- |
/// | [#of(List, int, long)] | of a list of examples, shuffled: for training |
/// | [#inOrder], [#byLength] | of a list of examples, the same in every epoch: for evaluation |
/// | [#of(Task, int, int)] | of new examples each time |
/// | [#text], [#streams] | of one long sequence, states carried from batch to batch |
/// | [#of(Views, int, int, long)], [#inOrder(Views, int)] | of overlapping windows |
///
/// One [Batch] is reused: [#batch] returns the same object each time, and overwrites its contents.
/// Not thread-safe: overlapping calls are refused by an
/// `IllegalStateException`.
public sealed interface Batches permits ExampleBatches, StreamBatches, ViewBatches {

  /// Every example once an epoch, shuffled; the last batch has fewer examples if B does not divide
  /// their number. Examples of similar length are batched together.
  ///
  /// @param examples not copied and not to be changed; read at random, so not a linked list
  /// @param batch B
  /// @param seed of the order
  /// @throws DataException if there is no example or they are not of one form
  static Batches of(List<Example> examples, int batch, long seed) {
    return ExampleBatches.of(examples, batch, seed);
  }

  /// The examples in the order of the list, the same in every epoch.
  ///
  /// @throws DataException if there is no example or they are not of one form
  static Batches inOrder(List<Example> examples, int batch) {
    return ExampleBatches.inOrder(examples, batch);
  }

  /// The examples from the shortest to the longest, the same in every epoch: for evaluation with
  /// little padding; `Batch.number` has the original order.
  ///
  /// @throws DataException if there is no example or they are not of one form
  static Batches byLength(List<Example> examples, int batch) {
    return ExampleBatches.byLength(examples, batch);
  }

  /// New examples in every batch: batch i of epoch e has those from `(e · count + i) · B` on. Each
  /// batch creates B new examples.
  ///
  /// @param batch B
  /// @param count the number of batches of an epoch
  static Batches of(Task task, int batch, int count) {
    return ExampleBatches.of(task, batch, count);
  }

  /// Windows in an order that depends on seed and epoch alone, up to `most` in an epoch; the next
  /// epoch continues where the last one stopped, so that every window is used before one is
  /// repeated.
  ///
  /// @param batch B
  /// @param most the largest number of windows of an epoch
  /// @throws DataException if there is no window
  static Batches of(Views views, int batch, int most, long seed) {
    return ViewBatches.of(views, batch, most, seed);
  }

  /// Windows in their order, the same in every epoch.
  ///
  /// @throws DataException if there is no window
  static Batches inOrder(Views views, int batch) {
    return ViewBatches.inOrder(views, batch);
  }

  /// One long sequence, with a target for each step, as B streams of equal length that are read
  /// side by side, T steps at a time. The states after a batch are the initial states of the next
  /// one (truncated back-propagation through time); an epoch starts with reset states.
  ///
  /// Of n steps, stream b has the steps `b·S … b·S + S − 1`, where `S = ⌊n / B⌋`.
  ///
  /// @param sequence neither copied nor to be changed
  /// @param batch B
  /// @param time T
  /// @throws DataException if there are fewer than B·T steps, or not as many targets
  static Batches streams(Example sequence, int batch, int time) {
    return StreamBatches.of(sequence, batch, time);
  }

  /// Like [#streams], but with fewer streams, and then fewer steps, if the sequence is too short
  /// for these sizes: for evaluation.
  ///
  /// @throws DataException if there is no step, or not as many targets
  static Batches streamsUpTo(Example sequence, int batch, int time) {
    return StreamBatches.atMost(sequence, batch, time);
  }

  /// A text as [#streams]: the target of each symbol is the one that follows.
  ///
  /// @param symbols at least B·T + 1
  /// @throws DataException if there are fewer
  static Batches text(int[] symbols, int batch, int time) {
    return streams(next(symbols), batch, time);
  }

  /// A text as an example: the target of each symbol but the last is the one that follows.
  ///
  /// @param symbols `[T + 1]`, at least two
  /// @throws DataException if there are fewer
  static Example next(int... symbols) {
    if (symbols.length < 2) {
      throw new DataException(
          ("The text has %d symbols, but 2 are needed to predict one from another; bring a longer"
              + " text.").formatted(symbols.length));
    }
    return new Example(new Values.Symbols(Arrays.copyOf(symbols, symbols.length - 1)),
        new Values.Symbols(Arrays.copyOfRange(symbols, 1, symbols.length)));
  }

  /// The number of batches of an epoch; of shards, if batches are divided.
  int count();

  /// B, the columns of each batch: of a shard, if batches are divided.
  int batchSize();

  /// The number of examples of an epoch; of streams, their number.
  long examples();

  /// The form of every example.
  Form form();

  /// The number of steps of the longest input of a batch.
  int longestInput();

  /// The number of steps of the longest target of a batch.
  int longestTarget();

  /// The same, with each batch divided into a number of shards of equal size, which come one after
  /// the other: batch `i` of the result is shard `i mod shards` of batch `i / shards`, with
  /// examples `s · B / shards …` of its B. Which examples are in a shard depends on nothing else,
  /// so that machines can share the work. Of a last batch with fewer examples the last shards have
  /// few, or none.
  ///
  /// @param shards a power of two that divides B
  /// @throws DataException if it is not
  Batches shards(int shards);

  /// The number of shards of a batch; 1 if it is not divided.
  int shards();

  /// Refuses a number of shards.
  ///
  /// @param before the number of shards so far
  static void requireShards(int shards, int batch, int before) {
    if (shards < 1 || Integer.bitCount(shards) != 1 || batch % shards != 0) {
      throw new DataException(
          ("a batch of %d cannot be divided into %d shards, expected a power of "
              + "two that divides it").formatted(batch, shards));
    }
    if (before != 1) {
      throw new DataException("the batches are divided into %d shards already".formatted(before));
    }
  }

  /// Whether states are carried from batch to batch.
  default boolean areStreams() {
    return false;
  }

  /// Some of the examples at even distances, of one long sequence pieces of at most T steps: for a
  /// look at few of many. They share their arrays with the data. Of windows, those of which a
  /// target is missing are left out. Changes nothing of a batch that is in use.
  ///
  /// @param most how many, at least 1
  List<Example> some(int most);

  /// Batch i of an epoch, valid until the next call.
  ///
  /// @param epoch from 0
  /// @param i `0 … count() − 1`
  Batch batch(int epoch, int i);
}
