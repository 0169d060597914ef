package dev.unroll.data;

import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A split into training, validation and test examples.
///
/// @param train the training examples
/// @param validation the examples that settings and early stopping are chosen by; may be empty
/// @param test the examples to report results on; may be empty
public record Split(List<Example> train, List<Example> validation, List<Example> test) {

  /// A random split that depends on the seed alone: `⌊n · fraction⌋` examples each for validation
  /// and test, the rest for training.
  ///
  /// @throws IllegalArgumentException if a fraction is negative or no training example is left
  public static Split random(List<Example> examples, double validation, double test, long seed) {
    var order = shuffled(examples, seed);
    return inOrder(order, validation, test);
  }

  /// The first examples for training, the next `⌊n · validation⌋` for validation, the last
  /// `⌊n · test⌋` for test: for a time series, whose future must not be known.
  ///
  /// @throws IllegalArgumentException if a fraction is negative or no training example is left
  public static Split inOrder(List<Example> examples, double validation, double test) {
    int n = examples.size();
    int tests = (int) (n * test);
    int validations = (int) (n * validation);
    int trains = n - validations - tests;
    if (!(validation >= 0 && test >= 0) || trains < 1) {
      throw new IllegalArgumentException(
          "Split: %s of %d examples to validate and %s to test leave %d to train."
              .formatted(validation, n, test, trains));
    }
    return new Split(
        examples.subList(0, trains),
        examples.subList(trains, trains + validations),
        examples.subList(trains + validations, n));
  }

  /// Cross-validation: the examples in a random order that depends on the seed alone, cut into
  /// folds whose sizes differ by at most one; fold k for test, the next one for validation, the
  /// rest for training.
  ///
  /// @throws IllegalArgumentException if there are fewer than 3 folds or examples than folds, or k
  ///     is not `0 … folds − 1`
  public static Split fold(List<Example> examples, int k, int folds, long seed) {
    if (folds < 3 || folds > examples.size() || k < 0 || k >= folds) {
      throw new IllegalArgumentException(
          ("Split: fold %d of %d with %d examples, expected 3 folds or more and no more than "
              + "examples.")
              .formatted(k, folds, examples.size()));
    }
    var order = shuffled(examples, seed);
    var train = new ArrayList<Example>();
    var validation = new ArrayList<Example>();
    var test = new ArrayList<Example>();
    for (int i = 0; i < order.size(); i++) {
      int fold = i % folds;
      var part = fold == k ? test : fold == (k + 1) % folds ? validation : train;
      part.add(order.get(i));
    }
    return new Split(train, validation, test);
  }

  /// Moves n random training examples, which depend on the seed alone, to validation.
  ///
  /// @throws IllegalArgumentException if no training example is left
  public Split holdOut(int n, long seed) {
    int trains = train.size() - n;
    if (n < 0 || trains < 1) {
      throw new IllegalArgumentException(
          "Split: %d examples to validate leave %d to train.".formatted(n, trains));
    }
    var order = shuffled(train, seed);
    return new Split(order.subList(0, trains), order.subList(trains, train.size()), test);
  }

  private static List<Example> shuffled(List<Example> examples, long seed) {
    var random = CounterRandom.of(seed).stream("split");
    var shuffled = new ArrayList<Example>(examples.size());
    for (int i : random.permutation(0, examples.size())) {
      shuffled.add(examples.get(i));
    }
    return shuffled;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Split(%,d to train, %,d to validate, %,d to test)",
        train.size(), validation.size(), test.size());
  }
}
