package dev.unroll.data.text;

import dev.unroll.data.text.BytePairEncoding.Merge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// Learns merges: again and again the most frequent pair of neighbours becomes one symbol.
///
/// Only the words of that pair are touched. Pairs wait in a queue with what they had when they were
/// put there; what is no longer true when one comes out of it is put right and waits again.
final class MergeLearner {
  private final List<String> symbols = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int[][] words;
  private final long[] counts;
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Waiting> queue = new PriorityQueue<>();

  /// Neighbours with their count and the words that have them, or had them.
  private static final class Pair {
    private final int left;
    private final int right;
    private long count;
    private int[] words = new int[4];
    private int size;

    /// Words before this one do not have it any more.
    private int first;
    private boolean sorted = true;

    Pair(int left, int right) {
      this.left = left;
      this.right = right;
    }

    void add(int word) {
      if (size > 0 && words[size - 1] == word) {
        return;
      }
      if (size == words.length) {
        words = Arrays.copyOf(words, 2 * size);
      }
      sorted &= size == 0 || words[size - 1] < word;
      words[size++] = word;
    }

    void sort() {
      if (!sorted) {
        Arrays.sort(words, first, size);
        sorted = true;
      }
    }
  }

  /// @param place of the first occurrence
  private record Waiting(Pair pair, long count, long place) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      int byCount = Long.compare(other.count, count);
      return byCount != 0 ? byCount : Long.compare(place, other.place);
    }
  }

  MergeLearner(Map<List<String>, Long> given) {
    words = new int[given.size()][];
    counts = new long[words.length];
    int w = 0;
    for (var entry : given.entrySet()) {
      words[w] = entry.getKey().stream().mapToInt(this::number).toArray();
      counts[w++] = entry.getValue();
    }
    for (w = 0; w < words.length; w++) {
      add(w, new int[0]);
    }
    pairs.values().forEach(this::enqueue);
  }

  private int number(String symbol) {
    return numbers.computeIfAbsent(symbol, one -> {
      symbols.add(one);
      return symbols.size() - 1;
    });
  }

  /// Counts the pairs of a word.
  ///
  /// @param old what it was before, whose pairs know it already
  private void add(int w, int[] old) {
    int[] word = words[w];
    for (int i = 0; i + 1 < word.length; i++) {
      int left = word[i];
      int right = word[i + 1];
      var pair = pairs.computeIfAbsent(key(left, right), _ -> new Pair(left, right));
      pair.count += counts[w];
      if (find(old, left, right) < 0) {
        pair.add(w);
      }
    }
  }

  private void remove(int w) {
    int[] word = words[w];
    for (int i = 0; i + 1 < word.length; i++) {
      var pair = pairs.get(key(word[i], word[i + 1]));
      if (pair != null) {
        pair.count -= counts[w];
      }
    }
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private void enqueue(Pair pair) {
    if (pair.count > 0) {
      queue.add(new Waiting(pair, pair.count, place(pair)));
    }
  }

  /// The word of the first occurrence, and where it is in it.
  private long place(Pair pair) {
    pair.sort();
    while (true) {
      int w = pair.words[pair.first];
      int at = find(words[w], pair.left, pair.right);
      if (at >= 0) {
        return (long) w << 32 | at;
      }
      pair.first++;
    }
  }

  private static int find(int[] word, int left, int right) {
    for (int i = 0; i + 1 < word.length; i++) {
      if (word[i] == left && word[i + 1] == right) {
        return i;
      }
    }
    return -1;
  }

  /// The merges, in their order.
  ///
  /// @param most so many at most
  /// @param least the smallest count of a pair
  List<Merge> learn(int most, long least) {
    var merges = new ArrayList<Merge>();
    while (merges.size() < most && !queue.isEmpty()) {
      var next = queue.remove();
      var pair = next.pair;
      if (pair.count < least) {
        continue;
      }
      if (pair.count != next.count || place(pair) != next.place) {
        enqueue(pair);
        continue;
      }
      merges.add(new Merge(symbols.get(pair.left), symbols.get(pair.right)));
      merge(pair);
    }
    return merges;
  }

  private void merge(Pair pair) {
    int merged = number(symbols.get(pair.left) + symbols.get(pair.right));
    var changed = new HashMap<Long, Pair>();
    int[] having = Arrays.copyOfRange(pair.words, pair.first, pair.size);
    int before = -1;
    for (int w : having) {
      if (w != before && find(words[w], pair.left, pair.right) >= 0) {
        int[] old = words[w];
        remove(w);
        words[w] = merged(old, pair, merged);
        add(w, old);
        note(w, merged, changed);
      }
      before = w;
    }
    changed.values().forEach(this::enqueue);
  }

  /// Pairs with the merged symbol are those whose count may have grown.
  private void note(int w, int merged, Map<Long, Pair> changed) {
    int[] word = words[w];
    for (int i = 0; i + 1 < word.length; i++) {
      if (word[i] == merged || word[i + 1] == merged) {
        long key = key(word[i], word[i + 1]);
        var pair = pairs.get(key);
        if (pair != null) {
          changed.put(key, pair);
        }
      }
    }
  }

  private static int[] merged(int[] word, Pair pair, int merged) {
    int[] shorter = new int[word.length];
    int n = 0;
    for (int i = 0; i < word.length; i++) {
      boolean here = i + 1 < word.length && word[i] == pair.left && word[i + 1] == pair.right;
      shorter[n++] = here ? merged : word[i];
      i += here ? 1 : 0;
    }
    return Arrays.copyOf(shorter, n);
  }
}
