package dev.unroll.data;

import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Examples to train on, to choose settings and the moment to stop by, and to report on.
///
/// @param train to train on
/// @param validation to choose by; may be empty
/// @param test to report on; may be empty
public record Split(List<Example> train, List<Example> validation, List<Example> test) {

  /// A random split that the seed alone decides: `⌊n · fraction⌋` examples each to validate and to
  /// test, the rest to train.
  ///
  /// @throws IllegalArgumentException if a fraction is negative or nothing is left to train on
  public static Split random(List<Example> examples, double validation, double test, long seed) {
    var order = shuffled(examples, seed);
    return inOrder(order, validation, test);
  }

  /// The first examples to train, the next `⌊n · validation⌋` to validate, the last `⌊n · test⌋` to
  /// test: for a series, whose future must not be known.
  ///
  /// @throws IllegalArgumentException if a fraction is negative or nothing is left to train on
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

  /// Cross-validation: the examples in a random order that the seed alone decides, cut into folds
  /// whose sizes differ by at most one; fold k to test, the next one to validate, the rest to train.
  ///
  /// @throws IllegalArgumentException if there are fewer than 3 folds or examples than folds, or k
  ///     is not `0 … folds − 1`
  public static Split fold(List<Example> examples, int k, int folds, long seed) {
    if (folds < 3 || folds > examples.size() || k < 0 || k >= folds) {
      throw new IllegalArgumentException(
          "Split: fold %d of %d with %d examples, expected 3 folds or more and no more than examples."
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

  /// Takes n random examples, which the seed alone decides, from those to train on, to validate.
  ///
  /// @throws IllegalArgumentException if none is left to train on
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
