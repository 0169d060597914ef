package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamBatchesTest {
  @Test
  void streamsLieSideBySideTimeMajor() {
    // 0 … 14: B = 2, so S = 7: stream 0 reads 0 … 6, stream 1 reads 7 … 13.
    var batches = Batches.text(IntStream.range(0, 15).toArray(), 2, 3);
    assertThat(batches.count()).isEqualTo(3);
    var first = batches.batch(0, 0);
    assertThat(first.isStream()).isTrue();
    assertThat(first.continues()).isFalse();
    assertThat(inputs(first)).containsExactly(0, 7, 1, 8, 2, 9);
    assertThat(targets(first)).containsExactly(1, 8, 2, 9, 3, 10);
    var last = batches.batch(0, 2);
    assertThat(last.continues()).isTrue();
    assertThat(inputs(last)).containsExactly(6, 13);
    assertThat(targets(last)).containsExactly(7, 14);
    assertThat(last.input().isFull()).isTrue();
    assertThat(batches.batch(1, 0).continues()).as("an epoch begins anew").isFalse();
  }

  @Test
  void somePiecesAreTheBeginningsOfStreams() {
    var some = Batches.text(IntStream.range(0, 15).toArray(), 2, 3).some(5);
    assertThat(some).hasSize(2);
    assertThat(((Values.Symbols) some.getLast().input()).symbols()).containsExactly(7, 8, 9);
    assertThat(((Values.Symbols) some.getLast().target()).symbols()).containsExactly(8, 9, 10);
    float[] x = {0, 1, 2, 3, 4, 5, 6, 7};
    var vectors = new Example(new Values.Features(x, 2), new Values.Features(x, 2));
    assertThat(((Values.Features) Batches.streams(vectors, 2, 1).some(2).getLast().input())
        .values()).containsExactly(4, 5);
  }

  @Test
  void vectorsAreCutLikeSymbols() {
    float[] x = new float[14];
    float[] y = new float[21];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = -i;
    }
    var batches = Batches.streams(
        new Example(new Values.Features(x, 2), new Values.Features(y, 3)), 3, 1);
    assertThat(batches.count()).isEqualTo(2);
    var batch = batches.batch(0, 1);
    assertThat(batch.input().features().array()).containsExactly(2, 3, 6, 7, 10, 11);
    assertThat(batch.target().features().array())
        .containsExactly(-3, -4, -5, -9, -10, -11, -15, -16, -17);
  }

  @Test
  void everySymbolButTheFirstAndTheRemainderIsPredictedOnceFromTheOneBefore() {
    long seed = 20_240_301;
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int n = 2 + random.nextInt(200);
      int batch = 1 + random.nextInt(12);
      int time = 1 + random.nextInt(12);
      boolean enough = n > batch * time;
      int[] symbols = IntStream.range(0, n).toArray();
      var batches = enough ? Batches.text(symbols, batch, time)
          : Batches.streamsUpTo(Batches.next(symbols), batch, time);
      String what = "seed %d round %d n %d: %s".formatted(seed, round, n, batches);
      int[] predicted = new int[n];
      int size = batches.batchSize();
      int[] last = new int[size];
      for (int k = 0; k < batches.count(); k++) {
        var chunk = batches.batch(0, k);
        assertThat(chunk.input().steps()).as(what).isBetween(1, batches.longestInput());
        int[] inputs = inputs(chunk);
        int[] targets = targets(chunk);
        for (int i = 0; i < inputs.length; i++) {
          int b = i % size;
          assertThat(targets[i]).as(what).isEqualTo(inputs[i] + 1);
          if (k > 0 || i >= size) {
            assertThat(inputs[i]).as("%s: streams go on", what).isEqualTo(last[b]);
          }
          last[b] = targets[i];
          predicted[targets[i]]++;
        }
      }
      int remainder = (n - 1) % size;
      assertThat(predicted[0]).as(what).isZero();
      assertThat(Arrays.copyOfRange(predicted, 1, n - remainder)).as(what).containsOnly(1);
      assertThat(Arrays.stream(predicted).sum()).as(what).isEqualTo(n - 1 - remainder);
    }
  }

  private static int[] inputs(Batch batch) {
    return Arrays.copyOf(batch.input().symbols(), batch.input().steps() * batch.batch());
  }

  private static int[] targets(Batch batch) {
    return Arrays.copyOf(batch.target().symbols(), batch.target().steps() * batch.batch());
  }

  @Test
  void aTextTooShortSaysWhatIsNeeded() {
    assertThatThrownBy(() -> Batches.text(new int[4096], 64, 64))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The sequence has 4095 steps, but batch 64 and time 64 need at least 4096 (batch ·"
                + " time); lower batch or time, or bring a longer one.");
    assertThat(Batches.text(new int[4097], 64, 64).count()).isEqualTo(1);
    assertThatThrownBy(() -> Batches.text(new int[10], Integer.MAX_VALUE, 2))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Batches.next(1))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("The text has 1 symbols, but 2 are needed");
  }

  @Test
  void upToTakesWhatThereIs() {
    assertThat(Batches.streamsUpTo(Batches.next(new int[1000]), 4, 8))
        .hasToString("streams(999 steps, batch 4, time 8, 32 batches)");
    assertThat(Batches.streamsUpTo(Batches.next(new int[21]), 4, 8))
        .hasToString("streams(20 steps, batch 2, time 8, 2 batches)");
    assertThat(Batches.streamsUpTo(Batches.next(new int[4]), 4, 8))
        .hasToString("streams(3 steps, batch 1, time 3, 1 batches)");
  }

  @Test
  void whatCannotBeCutIsRefused() {
    var batches = Batches.text(new int[10], 2, 2);
    assertThatThrownBy(() -> batches.batch(0, 2))
        .hasMessage("streams: batch 2 of 2 in epoch 0");
    assertThatThrownBy(() -> Batches.text(new int[10], 0, 2))
        .hasMessage("streams: batch is 0 and time is 2, expected at least 1");
    assertThatThrownBy(() -> Batches.streams(
        new Example(Values.Symbols.of(0, 1, 2), Values.Symbols.of(0, 1)), 1, 2))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The sequence has 3 steps and its target 2; expected at least 1, and a target for"
                + " each step.");
  }
}
