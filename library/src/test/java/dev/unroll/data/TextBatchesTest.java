package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextBatchesTest {
  @Test
  void streamsLieSideBySideTimeMajor() {
    // 0 … 14: B = 2, so S = 7: stream 0 reads 0 … 6, stream 1 reads 7 … 13.
    var batches = TextBatches.of(IntStream.range(0, 15).toArray(), 2, 3);
    assertThat(batches.chunks()).isEqualTo(3);
    assertThat(batches.predicted()).isEqualTo(14);
    int[] inputs = new int[6];
    int[] targets = new int[6];
    assertThat(batches.fill(0, inputs, targets)).isEqualTo(3);
    assertThat(inputs).containsExactly(0, 7, 1, 8, 2, 9);
    assertThat(targets).containsExactly(1, 8, 2, 9, 3, 10);
    assertThat(batches.fill(2, inputs, targets)).isEqualTo(1);
    assertThat(inputs).containsExactly(6, 13, 1, 8, 2, 9).as("only the chunk is written");
    assertThat(targets).startsWith(7, 14);
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
      var batches =
          enough ? TextBatches.of(symbols, batch, time) : TextBatches.atMost(symbols, batch, time);
      String what = "seed %d round %d n %d: %s".formatted(seed, round, n, batches);
      int[] predicted = new int[n];
      int[] inputs = new int[batches.time() * batches.batch()];
      int[] targets = new int[inputs.length];
      int[] last = new int[batches.batch()];
      for (int k = 0; k < batches.chunks(); k++) {
        int steps = batches.fill(k, inputs, targets);
        assertThat(steps).as(what).isBetween(1, batches.time());
        for (int i = 0; i < steps * batches.batch(); i++) {
          int b = i % batches.batch();
          assertThat(targets[i]).as(what).isEqualTo(inputs[i] + 1);
          if (k > 0 || i >= batches.batch()) {
            assertThat(inputs[i]).as("%s: streams go on", what).isEqualTo(last[b]);
          }
          last[b] = targets[i];
          predicted[targets[i]]++;
        }
      }
      int remainder = (n - 1) % batches.batch();
      assertThat(predicted[0]).as(what).isZero();
      assertThat(Arrays.copyOfRange(predicted, 1, n - remainder)).as(what).containsOnly(1);
      assertThat(Arrays.stream(predicted).sum()).as(what).isEqualTo(batches.predicted());
      assertThat(batches.predicted()).as(what).isEqualTo(n - 1 - remainder);
    }
  }

  @Test
  void aTextTooShortSaysWhatIsNeeded() {
    assertThatThrownBy(() -> TextBatches.of(new int[4096], 64, 64))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The text has 4,096 characters, but batch 64 and time 64 need at least 4,097 (batch ·"
                + " time + 1); lower batch or time, or bring a longer text.");
    assertThat(TextBatches.of(new int[4097], 64, 64).chunks()).isEqualTo(1);
    assertThatThrownBy(() -> TextBatches.of(new int[10], Integer.MAX_VALUE, 2))
        .isInstanceOf(DataException.class);
  }

  @Test
  void atMostTakesWhatThereIs() {
    assertThat(TextBatches.atMost(new int[1000], 4, 8))
        .hasToString("TextBatches(batch 4, time 8, 32 chunks)");
    assertThat(TextBatches.atMost(new int[21], 4, 8))
        .hasToString("TextBatches(batch 2, time 8, 2 chunks)");
    assertThat(TextBatches.atMost(new int[4], 4, 8))
        .hasToString("TextBatches(batch 1, time 3, 1 chunks)");
    assertThatThrownBy(() -> TextBatches.atMost(new int[1], 4, 8))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("The text has 1 characters, but 2 are needed");
  }

  @Test
  void chunksOutsideAndSizesBelowOneAreRefused() {
    var batches = TextBatches.of(new int[10], 2, 2);
    assertThatThrownBy(() -> batches.fill(2, new int[4], new int[4]))
        .hasMessage("TextBatches: chunk 2 of 2.");
    assertThatThrownBy(() -> TextBatches.of(new int[10], 0, 2))
        .hasMessage("TextBatches: batch is 0 and time is 2, expected at least 1.");
  }
}
