package dev.unroll.task;

import dev.unroll.data.split.Partition;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// Cross-validation of classifiers: the data is cut into folds with the same shares of the labels,
/// and each fold is tested by a classifier that was trained on the others. A share of those is held
/// out to choose its epoch, so that no test data chooses anything.
///
/// @param folds the report of each fold
public record CrossValidation(List<ClassifierReport> folds) {

  /// Copies the list.
  public CrossValidation {
    folds = List.copyOf(folds);
  }

  /// Tests a fold.
  interface Fold {
    ClassifierReport report(Partition partition, ClassifierOptions options);
  }

  /// Is notified of folds.
  @FunctionalInterface
  public interface Listener {
    /// Called after a fold was tested.
    ///
    /// @param fold from 1
    void tested(int fold, ClassifierReport report);
  }

  /// Cross-validates on texts.
  ///
  /// @param folds the number of folds, at least 2
  /// @param options for each training; the seed also determines the folds
  public static CrossValidation of(Texts texts, int folds, ClassifierOptions options,
      Listener listener) {
    return of(texts.labels(), folds, options, listener, (partition, each) -> ClassifierTraining
        .of(texts.rows(partition.train()), null, each).train()
        .evaluate(texts.rows(partition.validation())));
  }

  /// Cross-validates on sequences.
  ///
  /// @param folds the number of folds, at least 2
  /// @param options for each training; the seed also determines the folds
  public static CrossValidation of(Sequences sequences, int folds, ClassifierOptions options,
      Listener listener) {
    return of(sequences.labels(), folds, options, listener, (partition, each) -> ClassifierTraining
        .of(sequences.rows(partition.train()), null, each).train()
        .evaluate(sequences.rows(partition.validation())));
  }

  private static CrossValidation of(List<String> labels, int folds, ClassifierOptions options,
      Listener listener, Fold fold) {
    var known = labels.stream().distinct().sorted().toList();
    int[] classes = labels.stream().mapToInt(known::indexOf).toArray();
    var reports = new ArrayList<ClassifierReport>();
    for (int k = 0; k < folds; k++) {
      var report = fold.report(Partition.fold(classes, k, folds, options.seed()), options);
      reports.add(report);
      listener.tested(k + 1, report);
    }
    return new CrossValidation(reports);
  }

  /// The mean accuracy over the folds.
  public double accuracy() {
    return mean(k -> folds.get(k).accuracy());
  }

  /// The mean macro F1 over the folds.
  public double macroF1() {
    return mean(k -> folds.get(k).macroF1());
  }

  /// The mean share of the most frequent class.
  public double baseline() {
    return mean(k -> folds.get(k).baseline());
  }

  /// The standard deviation of the accuracy from fold to fold, `√(Σ (a − mean)² / (n − 1))`.
  public double deviation() {
    double mean = accuracy();
    double squares = folds.stream().mapToDouble(f -> Math.pow(f.accuracy() - mean, 2)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  private double mean(IntToDoubleFunction figure) {
    return IntStream.range(0, folds.size()).mapToDouble(figure).average().orElse(Double.NaN);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "%d folds: accuracy %.2f %% (from fold to fold ± %.2f), always \"%s\" %.2f %%; macro F1 "
            + "%.2f %%",
        folds.size(), 100 * accuracy(), 100 * deviation(), folds.getFirst().majority(),
        100 * baseline(), 100 * macroF1());
  }
}
