package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfusionTest {
  /// The example in scikit-learn's documentation of `precision_recall_fscore_support` and
  /// `classification_report`: y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1] gives
  ///
  /// ```
  ///               precision    recall  f1-score   support
  ///      class 0       0.50      1.00      0.67         1
  ///      class 1       0.00      0.00      0.00         1
  ///      class 2       1.00      0.67      0.80         3
  ///     accuracy                           0.60         5
  ///    macro avg       0.50      0.56      0.49         5
  /// ```
  @Test
  void isWhatScikitLearnDocuments() {
    var confusion = Confusion.of(List.of("class 0", "class 1", "class 2"),
        new int[] {0, 1, 2, 2, 2}, new int[] {0, 0, 2, 2, 1});
    assertThat(confusion.precision(0)).isEqualTo(0.5);
    assertThat(confusion.recall(0)).isEqualTo(1);
    assertThat(confusion.f1(0)).isCloseTo(0.67, within(0.005));
    assertThat(confusion.precision(1)).isZero();
    assertThat(confusion.recall(1)).isZero();
    assertThat(confusion.f1(1)).isZero();
    assertThat(confusion.precision(2)).isEqualTo(1);
    assertThat(confusion.recall(2)).isCloseTo(0.67, within(0.005));
    assertThat(confusion.f1(2)).isCloseTo(0.80, within(1e-12));
    assertThat(confusion.accuracy()).isEqualTo(0.6);
    assertThat(confusion.macroF1()).isCloseTo(0.49, within(0.005));
    assertThat(confusion.balancedAccuracy()).isCloseTo(0.56, within(0.005));
    assertThat(confusion.majority()).isEqualTo(0.6);
    assertThat(confusion.actual(2)).isEqualTo(3);
    assertThat(confusion.predicted(0)).isEqualTo(2);
    assertThat(confusion.count(2, 1)).isEqualTo(1);
    assertThat(confusion).hasToString("5 samples, accuracy 60.0 %, macro F1 48.9 %");
  }

  /// True and false positives counted sample by sample.
  @Test
  void isWhatCountingGives() {
    var random = new SplittableRandom(3);
    int[] actual = random.ints(500, 0, 4).toArray();
    int[] predicted = random.ints(500, 0, 4).toArray();
    var confusion = Confusion.of(List.of("a", "b", "c", "d"), actual, predicted);
    for (int c = 0; c < 4; c++) {
      double hits = 0;
      double falsely = 0;
      double missed = 0;
      for (int i = 0; i < actual.length; i++) {
        hits += actual[i] == c && predicted[i] == c ? 1 : 0;
        falsely += actual[i] != c && predicted[i] == c ? 1 : 0;
        missed += actual[i] == c && predicted[i] != c ? 1 : 0;
      }
      double precision = hits / (hits + falsely);
      double recall = hits / (hits + missed);
      assertThat(confusion.precision(c)).isCloseTo(precision, within(1e-12));
      assertThat(confusion.recall(c)).isCloseTo(recall, within(1e-12));
      assertThat(confusion.f1(c))
          .isCloseTo(2 * precision * recall / (precision + recall), within(1e-12));
    }
  }

  @Test
  void whatIsNoClassIsRefused() {
    assertThatThrownBy(() -> Confusion.of(List.of("a"), new int[] {1}, new int[] {0}))
        .hasMessage("Confusion: there is no class 1, only 0 to 0.");
    assertThatThrownBy(() -> Confusion.of(List.of("a"), new int[] {0}, new int[] {}))
        .hasMessage("Confusion: 1 classes, but 0 answers.");
    assertThatThrownBy(() -> Confusion.of(List.of("a", "b"), new long[][] {{1, 0}}))
        .hasMessage("Confusion: 1 rows, expected one for each of 2 labels.");
  }
}
