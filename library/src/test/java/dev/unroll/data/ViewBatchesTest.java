package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewBatchesTest {
  private static final int WINDOWS = 11;
  private static final int STEPS = 3;
  private static final int FEATURES = 2;
  private static final int TARGETS = 4;

  /// Window w has at step t, column f the number 100 w + 10 t + f, and asks 1000 w + j.
  private static final Views VIEWS = new Views() {
    @Override
    public int count() {
      return WINDOWS;
    }

    @Override
    public int steps() {
      return STEPS;
    }

    @Override
    public int features() {
      return FEATURES;
    }

    @Override
    public int targets() {
      return TARGETS;
    }

    @Override
    public void input(int view, float[] to, int at, int stride) {
      for (int t = 0; t < STEPS; t++) {
        for (int f = 0; f < FEATURES; f++) {
          to[at + t * stride + f] = 100 * view + 10 * t + f;
        }
      }
    }

    @Override
    public void target(int view, float[] to, int at) {
      for (int j = 0; j < TARGETS; j++) {
        to[at + j] = j == 1 ? Float.NaN : 1000 * view + j;
      }
    }
  };

  /// For a look; what lies in the batch at that moment stays.
  @Test
  void someWindowsAreExamplesOfTheirOwn() {
    var whole = new Views() {
      @Override
      public int count() {
        return 4;
      }

      @Override
      public int steps() {
        return VIEWS.steps();
      }

      @Override
      public int features() {
        return VIEWS.features();
      }

      @Override
      public int targets() {
        return 1;
      }

      @Override
      public void input(int view, float[] to, int at, int stride) {
        VIEWS.input(view, to, at, stride);
      }

      @Override
      public void target(int view, float[] to, int at) {
        to[at] = view == 1 ? Float.NaN : view;
      }
    };
    var batches = Batches.of(whole, 2, 4, 1);
    var batch = batches.batch(0, 1);
    float[] before = batch.input().features().array().clone();
    var some = batches.some(2);
    assertThat(batch.input().features().array()).isEqualTo(before);
    assertThat(some).as("window 1 has no target").hasSize(1);
    assertThat(((Values.Features) some.getFirst().input()).values())
        .containsExactly(300, 301, 310, 311, 320, 321);
    assertThat(batches.some(9)).hasSize(3);
    assertThat(Batches.inOrder(VIEWS, 5).some(4)).isEmpty();
  }

  @Test
  void eachWindowLiesInItsColumn() {
    var batches = Batches.inOrder(VIEWS, 5);
    assertThat(batches.count()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      var batch = batches.batch(0, i);
      assertThat(batch.samples()).isEqualTo(i < 2 ? 5 : 1);
      assertThat(batch.input().isFull()).isTrue();
      assertThat(batch.input().steps()).isEqualTo(STEPS);
      for (int b = 0; b < 5; b++) {
        boolean real = b < batch.samples();
        int w = real ? 5 * i + b : 5 * i;
        assertThat(batch.number(b)).isEqualTo(real ? w : -1);
        assertThat(batch.target().present().array()[b]).isEqualTo(real ? 1 : 0);
        for (int t = 0; t < STEPS; t++) {
          for (int f = 0; f < FEATURES; f++) {
            assertThat(batch.input().features().array()[(t * 5 + b) * FEATURES + f])
                .isEqualTo(100f * w + 10 * t + f);
          }
        }
        for (int j = 0; real && j < TARGETS; j++) {
          assertThat(batch.target().features().array()[b * TARGETS + j])
              .isEqualTo(Float.valueOf(j == 1 ? Float.NaN : 1000f * w + j));
        }
      }
    }
  }

  /// Epochs of four take eleven windows like cards: each comes once in the first eleven draws.
  @Test
  void allWindowsAreMetBeforeOneComesAgain() {
    var batches = Batches.of(VIEWS, 3, 4, 7);
    assertThat(batches.examples()).isEqualTo(4);
    var seen = new ArrayList<Integer>();
    for (int epoch = 0; epoch < 11; epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        var batch = batches.batch(epoch, i);
        IntStream.range(0, batch.samples()).map(batch::number).forEach(seen::add);
      }
    }
    assertThat(seen).hasSize(44);
    for (int from = 0; from < 44; from += WINDOWS) {
      assertThat(seen.subList(from, from + WINDOWS)).containsExactlyInAnyOrderElementsOf(
          IntStream.range(0, WINDOWS).boxed().toList());
    }
    assertThat(seen.subList(0, WINDOWS)).isNotEqualTo(seen.subList(WINDOWS, 2 * WINDOWS));
  }

  /// A run that is resumed asks for an epoch in the middle first.
  @Test
  void anEpochIsTheSameWhateverWasAskedBefore() {
    var one = Batches.of(VIEWS, 3, 4, 7);
    var other = Batches.of(VIEWS, 3, 4, 7);
    for (int epoch = 0; epoch < 6; epoch++) {
      one.batch(epoch, 0);
    }
    assertThat(one.batch(5, 1).number(0)).isEqualTo(other.batch(5, 1).number(0));
    assertThat(one.batch(2, 0).number(2))
        .isEqualTo(Batches.of(VIEWS, 3, 4, 7).batch(2, 0).number(2));
  }

  @Test
  void sizesBelowOneAreRefused() {
    assertThatThrownBy(() -> Batches.inOrder(VIEWS, 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("batch is 0");
  }
}
