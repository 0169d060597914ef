package dev.unroll.app.data;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Values.Words;
import dev.unroll.data.split.Partition;
import dev.unroll.datasets.example.ExampleFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The training and the validation part of the examples of a file.
///
/// @param train at least one
/// @param validation may be empty
/// @param omitted examples between the two parts that are in neither, as they overlap with both
public record Parts(List<Example> train, List<Example> validation, int omitted) {
  /// How many pairs are looked at to find out whether inputs overlap.
  private static final int PAIRS = 200;
  private static final double MOST = 0.9;

  /// How the validation part is chosen.
  public enum Rule {
    /// By the seed.
    RANDOM,
    /// By the seed, copies of an input on one side: they would be tested on what they trained.
    DISTINCT,
    /// The last examples: the order is that of time.
    ORDER,
    /// Whole groups, by the seed.
    GROUPS
  }

  /// Divides examples.
  ///
  /// @param share for validation, above 0
  static Parts of(ExampleFile file, Rule rule, double share, long seed) {
    var all = file.examples();
    return switch (rule) {
      case RANDOM -> {
        var split = Split.random(all, share, 0, seed);
        yield new Parts(split.train(), split.validation(), 0);
      }
      case DISTINCT -> distinct(all, share, seed);
      case ORDER -> inOrder(all, share);
      case GROUPS -> {
        var groups = file.groups();
        if (groups == null) {
          throw new IllegalStateException("groups without a column");
        }
        var split = Partition.grouped(groups, share, seed);
        yield new Parts(Partition.some(all, split.train()),
            Partition.some(all, split.validation()), 0);
      }
    };
  }

  private static Parts distinct(List<Example> all, double share, long seed) {
    var copies = copies(all);
    var first = copies.values().stream().map(List::getFirst).toList();
    var split = Split.random(first, share, 0, seed);
    return new Parts(with(copies, split.train()), with(copies, split.validation()), 0);
  }

  /// Examples by their inputs, in the order of the first of each.
  private static Map<Object, List<Example>> copies(List<Example> examples) {
    var copies = new LinkedHashMap<Object, List<Example>>();
    for (var example : examples) {
      copies.computeIfAbsent(key(example), _ -> new ArrayList<>()).add(example);
    }
    return copies;
  }

  static Object key(Example example) {
    return switch (example.input()) {
      case Symbols(var symbols) -> Arrays.toString(symbols);
      case Features features -> Arrays.toString(features.values());
      case Words words -> words.toString() + Arrays.toString(words.symbols());
    };
  }

  private static List<Example> with(Map<Object, List<Example>> copies, List<Example> first) {
    return first.stream().flatMap(example -> copies.getOrDefault(key(example), List.of()).stream())
        .toList();
  }

  /// Whether an input occurs more than once, and enough different ones to divide.
  static boolean hasCopies(List<Example> examples, double share) {
    int distinct = copies(examples).size();
    return distinct < examples.size() && (int) (distinct * share) >= 1;
  }

  private static Parts inOrder(List<Example> all, double share) {
    int validates = (int) (all.size() * share);
    int first = all.size() - validates;
    int shift = shift(all);
    int span = all.getFirst().input().length() + all.getFirst().target().length();
    int omitted = shift == 0 ? 0 : Math.ceilDiv(span, shift) - 1;
    if (first - omitted < 1) {
      throw new DataException(("%d examples that overlap leave none to train on that does not"
          + " overlap with the %d to validate; give more, or a file of its own by --validation")
          .formatted(all.size(), validates));
    }
    return new Parts(all.subList(0, first - omitted), all.subList(first, all.size()), omitted);
  }

  /// By how many steps each input is behind the one before it, if they are windows of a series: 0
  /// if they are not.
  static int shift(List<Example> examples) {
    int pairs = Math.min(PAIRS, examples.size() - 1);
    if (pairs < 4 || !(examples.getFirst().input() instanceof Features first)
        || first.length() < 2) {
      return 0;
    }
    for (int shift = 1; shift < first.length(); shift++) {
      int overlap = 0;
      for (int i = 0; i < pairs; i++) {
        overlap += overlaps(examples.get(i), examples.get(i + 1), shift) ? 1 : 0;
      }
      if (overlap >= MOST * pairs) {
        return shift;
      }
    }
    return 0;
  }

  /// Whether an input is that of the example before it without the first steps, with others at its
  /// end. Constant inputs overlap at any shift and say nothing.
  private static boolean overlaps(Example before, Example after, int shift) {
    if (!(before.input() instanceof Features(var one, int columns, _))
        || !(after.input() instanceof Features(var other, int others, _)) || columns != others
        || one.length != other.length) {
      return false;
    }
    int n = one.length - shift * columns;
    boolean constant = true;
    for (int i = 0; i < n; i++) {
      if (one[i + shift * columns] != other[i]) {
        return false;
      }
      constant &= other[i] == other[i % columns];
    }
    return n > 0 && !(constant && n > columns);
  }
}
