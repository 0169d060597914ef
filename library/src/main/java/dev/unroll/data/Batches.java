package dev.unroll.data;

import java.util.Arrays;
import java.util.List;

/// The batches of an epoch, in the order in which a model reads them.
///
/// | made by | batches |
/// | --- | --- |
/// | [#of(List, int, long)] | of a list of examples, shuffled: to train |
/// | [#inOrder], [#byLength] | of a list of examples, the same in every epoch: to evaluate |
/// | [#of(Task, int, int)] | of new examples each time |
/// | [#text], [#streams] | of one long sequence, states carried on from batch to batch |
/// | [#of(Views, int, int, long)], [#inOrder(Views, int)] | of windows that lie over each other, never copied all at once |
///
/// One [Batch] is filled again and again: [#batch] returns the same object each time, and what was in
/// it is gone. Not for several threads at once: overlapping calls are refused by an
/// `IllegalStateException`.
public sealed interface Batches permits ExampleBatches, StreamBatches, ViewBatches {

  /// Every example once an epoch, shuffled; the last batch has fewer examples if B does not divide
  /// their number. Examples of about the same length come together.
  ///
  /// @param examples not copied and not to be changed; read at random, so not a linked list
  /// @param batch B
  /// @param seed of the order
  /// @throws DataException if there is no example or they are not of one form
  static Batches of(List<Example> examples, int batch, long seed) {
    return ExampleBatches.of(examples, batch, seed);
  }

  /// The examples as they stand in the list, the same in every epoch.
  ///
  /// @throws DataException if there is no example or they are not of one form
  static Batches inOrder(List<Example> examples, int batch) {
    return ExampleBatches.inOrder(examples, batch);
  }

  /// The examples from the shortest to the longest, the same in every epoch: to evaluate with
  /// little padding; `Batch.number` says which is which.
  ///
  /// @throws DataException if there is no example or they are not of one form
  static Batches byLength(List<Example> examples, int batch) {
    return ExampleBatches.byLength(examples, batch);
  }

  /// New examples in every batch: batch i of epoch e has those from `(e · count + i) · B` on. Each
  /// batch makes B examples and leaves them to the garbage collector.
  ///
  /// @param batch B
  /// @param count the batches of an epoch
  static Batches of(Task task, int batch, int count) {
    return ExampleBatches.of(task, batch, count);
  }

  /// Windows in an order that seed and epoch alone decide, up to so many in an epoch; the next epoch goes on
  /// where the last one stopped, so that all are met before one comes again.
  ///
  /// @param batch B
  /// @param most windows of an epoch
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

  /// One long sequence, with a target for each step, as B streams of equal length that are read side
  /// by side, T steps at a time. The states after a batch are those before the next one (truncated
  /// back-propagation through time); an epoch begins with fresh states.
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

  /// As [#streams], but with fewer streams, and then fewer steps, where the sequence is too short for
  /// as many as given: to evaluate.
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

  /// The number of batches of an epoch.
  int count();

  /// B.
  int batchSize();

  /// The number of examples of an epoch; of streams, how many there are.
  long examples();

  /// What every example looks like.
  Form form();

  /// The steps of the longest input of a batch.
  int longestInput();

  /// The steps of the longest target of a batch.
  int longestTarget();

  /// Whether states are carried on from batch to batch.
  default boolean areStreams() {
    return false;
  }

  /// Batch i of an epoch, until the next call.
  ///
  /// @param epoch from 0
  /// @param i `0 … count() − 1`
  Batch batch(int epoch, int i);
}
