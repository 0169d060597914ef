package dev.unroll.data.split;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A partition of samples into training and validation, by their indices in ascending order. It
/// depends on the seed alone; no sample is in both.
///
/// @param train training samples, at least one
/// @param validation validation samples, may be empty
public record Partition(int[] train, int[] validation) {

  /// Stratified: takes the same share of every class, rounded to whole samples: at least one of
  /// each class that has two or more samples, and none of a class with a single sample.
  ///
  /// @param classes of each sample, any numbers
  /// @param share held out for validation, from 0 up to but not 1
  /// @throws IllegalArgumentException if there is no sample, or the share is not such a number
  public static Partition stratified(int[] classes, double share, long seed) {
    require(classes.length, share);
    boolean[] validates = new boolean[classes.length];
    if (share > 0) {
      var random = CounterRandom.of(seed).stream("stratified");
      int number = 0;
      for (var samples : members(classes).values()) {
        int n = samples.size();
        int taken = n == 1 ? 0 : Math.clamp(Math.round(n * share), 1, n - 1);
        int[] order = random.permutation(number++, n);
        for (int i = 0; i < taken; i++) {
          validates[samples.get(order[i])] = true;
        }
      }
    }
    return of(validates);
  }

  /// Cross-validation: fold k of n, in which every class has the same share as in all, is held out
  /// for validation; each sample is in one fold.
  ///
  /// @param k from 0 to `folds − 1`
  /// @throws IllegalArgumentException if there are fewer than 2 folds, fewer samples than folds, or
  ///     no fold k
  public static Partition fold(int[] classes, int k, int folds, long seed) {
    if (folds < 2 || folds > classes.length || k < 0 || k >= folds) {
      throw new IllegalArgumentException(
          ("Partition: fold %d of %d with %d samples, expected 2 folds or more and no more than "
              + "samples.")
              .formatted(k, folds, classes.length));
    }
    boolean[] validates = new boolean[classes.length];
    var random = CounterRandom.of(seed).stream("folds");
    int number = 0;
    int dealt = 0; // one after another over all classes, so that folds differ by at most one sample
    for (var samples : members(classes).values()) {
      for (int i : random.permutation(number++, samples.size())) {
        validates[samples.get(i)] = dealt++ % folds == k;
      }
    }
    return of(validates);
  }

  private static SortedMap<Integer, List<Integer>> members(int[] classes) {
    var members = new TreeMap<Integer, List<Integer>>();
    for (int i = 0; i < classes.length; i++) {
      members.computeIfAbsent(classes[i], _ -> new ArrayList<>()).add(i);
    }
    return members;
  }

  /// Takes whole groups, in a random order, as long as they do not exceed the share of the samples;
  /// at least one, if there are two or more.
  ///
  /// @param groups of each sample: of each sample what must not be divided, such as a writer or a
  ///     patient
  /// @param share held out for validation, from 0 up to but not 1
  /// @throws DataException if there is one group only, which cannot be divided
  /// @throws IllegalArgumentException if there is no sample, or the share is not such a number
  public static Partition grouped(List<String> groups, double share, long seed) {
    require(groups.size(), share);
    boolean[] validates = new boolean[groups.size()];
    if (share > 0) {
      var members = new TreeMap<String, List<Integer>>();
      for (int i = 0; i < validates.length; i++) {
        members.computeIfAbsent(groups.get(i), _ -> new ArrayList<>()).add(i);
      }
      if (members.size() < 2) {
        throw new DataException(("All samples are of the group \"%s\", expected two groups or more;"
            + " validate on a file of its own, or leave groups out.")
            .formatted(Excerpt.of(members.firstKey())));
      }
      var all = List.copyOf(members.values());
      double room = share * validates.length;
      int taken = 0;
      for (int g : CounterRandom.of(seed).stream("grouped").permutation(0, all.size())) {
        if (taken == 0 && all.get(g).size() < validates.length
            || taken + all.get(g).size() <= room) {
          all.get(g).forEach(i -> validates[i] = true);
          taken += all.get(g).size();
        }
      }
    }
    return of(validates);
  }

  private static void require(int samples, double share) {
    if (samples == 0 || !(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          ("Partition: %s of %d samples to validate, expected a share from 0 up to but not 1 of at "
              + "least")
              .formatted(share, samples) + " one.");
    }
  }

  private static Partition of(boolean[] validates) {
    return new Partition(
        IntStream.range(0, validates.length).filter(i -> !validates[i]).toArray(),
        IntStream.range(0, validates.length).filter(i -> validates[i]).toArray());
  }

  /// Returns the elements of a list at these indices.
  public static <T> List<T> some(List<T> all, int[] numbers) {
    return Arrays.stream(numbers).mapToObj(all::get).toList();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d to train, %d to validate", train.length,
        validation.length);
  }
}
