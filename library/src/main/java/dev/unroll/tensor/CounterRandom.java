package dev.unroll.tensor;

import java.util.Objects;

/// Random numbers computed from counters, not from the order of calls: the same stream, step and
/// element give the same number on any thread, in any order, after any restart.
///
/// The generator is Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw, "Parallel Random
/// Numbers: As Easy as 1, 2, 3", SC 2011). The seed is its key, step and element are its counter.
/// A stream for a purpose (`stream("dropout").stream(layer)`) has a key drawn from its parent's, so
/// streams are independent of each other. Uniform, normal and raw draws of one stream use separate
/// parts of the counter and are independent too.
///
/// Steps are any `long`; elements are 0 … 2^62 − 1. Immutable and safe for use by several threads.
public final class CounterRandom {
  private static final long WORD = 0xFFFF_FFFFL;

  // Multipliers and key increments of Philox 4x32, from the paper.
  private static final long MULTIPLIER_0 = 0xD251_1F53L;
  private static final long MULTIPLIER_1 = 0xCD9E_8D57L;
  private static final long INCREMENT_0 = 0x9E37_79B9L;
  private static final long INCREMENT_1 = 0xBB67_AE85L;
  /// The blocks that are computed side by side, and their two halves.
  private static final int SIDE_BY_SIDE = 64;

  private static final ThreadLocal<long[]> LOWER =
      ThreadLocal.withInitial(() -> new long[SIDE_BY_SIDE]);
  private static final ThreadLocal<long[]> UPPER =
      ThreadLocal.withInitial(() -> new long[SIDE_BY_SIDE]);

  private static final int ROUNDS = 10;

  // The kind of draw, in the two top bits of the counter; an element leaves them free.
  private static final long UNIFORM = 0;
  private static final long BITS = 1L << 62;
  private static final long NORMAL = 2L << 62;
  private static final long STREAM = 3L << 62;

  // The kind of value that a stream is derived from, above the 32 bits of the value.
  private static final long INT = 0;
  private static final long LENGTH = 1L << 32;
  private static final long CHAR = 2L << 32;

  private final long key;

  private CounterRandom(long key) {
    this.key = key;
  }

  /// The root stream of a seed; every seed is good.
  public static CounterRandom of(long seed) {
    return new CounterRandom(seed);
  }

  /// An independent stream, one for each path: `stream(1, 2)` is `stream(1).stream(2)`.
  public CounterRandom stream(int... path) {
    long derived = key;
    for (int part : path) {
      derived = philox(INT | (part & WORD), STREAM, derived, false);
    }
    return new CounterRandom(derived);
  }

  /// An independent stream, one for each name.
  public CounterRandom stream(String name) {
    long derived = philox(LENGTH | name.length(), STREAM, key, false);
    for (int i = 0; i < name.length(); i++) {
      derived = philox(CHAR | name.charAt(i), STREAM, derived, false);
    }
    return new CounterRandom(derived);
  }

  /// A uniform number in `[0, 1)`: 24 random bits, every multiple of 2^-24 equally likely.
  public float uniform(long step, long element) {
    long block = checked(element) >>> 2; // four elements share one Philox block
    long half = philox(step, UNIFORM | block, key, (element & 2) != 0);
    return fraction((element & 1) == 0 ? half : half >>> 32);
  }

  /// Writes `uniform(step, 0)` … `uniform(step, n − 1)` to `into[offset]` … `into[offset + n − 1]`.
  /// Allocates nothing.
  public void uniforms(long step, float[] into, int offset, int n) {
    Objects.checkFromIndexSize(offset, n, into.length);
    long[] a = LOWER.get();
    long[] b = UPPER.get();
    for (int i = 0; i < n; i += 4 * SIDE_BY_SIDE) {
      int rest = Math.min(4 * SIDE_BY_SIDE, n - i);
      int blocks = (rest + 3) / 4;
      for (int l = 0; l < blocks; l++) {
        a[l] = step;
        b[l] = UNIFORM | (i / 4 + l);
      }
      long k0 = key & WORD;
      long k1 = key >>> 32;
      for (int round = 0; round < ROUNDS; round++) {
        round(a, b, blocks, k0, k1);
        k0 = (k0 + INCREMENT_0) & WORD;
        k1 = (k1 + INCREMENT_1) & WORD;
      }
      int whole = rest / 4;
      for (int l = 0, at = offset + i; l < whole; l++, at += 4) {
        into[at] = fraction(a[l]);
        into[at + 1] = fraction(a[l] >>> 32);
        into[at + 2] = fraction(b[l]);
        into[at + 3] = fraction(b[l] >>> 32);
      }
      for (int j = 4 * whole; j < rest; j++) {
        long word = (j & 2) == 0 ? a[whole] : b[whole];
        into[offset + i + j] = fraction((j & 1) == 0 ? word : word >>> 32);
      }
    }
  }

  /// A round of Philox for blocks side by side, in a loop that C2 turns into vector code.
  private static void round(long[] a, long[] b, int blocks, long k0, long k1) {
    for (int l = 0; l < blocks; l++) {
      long p = a[l];
      long q = b[l];
      a[l] = mix(q, MULTIPLIER_1, p, k0);
      b[l] = mix(p, MULTIPLIER_0, q, k1);
    }
  }

  /// A standard normal number (mean 0, variance 1) by Box and Muller,
  ///
  /// ```text
  /// √(−2 ln u) cos(2π v)     u in (0, 1], v in [0, 1), 53 bits each
  /// ```
  ///
  /// with `StrictMath`, so that it has the same bits on every machine.
  public double normal(long step, long element) {
    long counter = NORMAL | checked(element);
    double u = ((philox(step, counter, key, false) >>> 11) + 1) * 0x1p-53;
    double v = (philox(step, counter, key, true) >>> 11) * 0x1p-53;
    return Math.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  /// 64 random bits.
  public long bits(long step, long element) {
    return philox(step, BITS | checked(element), key, false);
  }

  /// One half of a Philox block: words 0 and 1 of the result, or words 2 and 3, lower word first.
  ///
  /// @param a words 0 and 1 of the counter
  /// @param b words 2 and 3 of the counter
  /// @param key both words of the key
  static long philox(long a, long b, long key, boolean second) {
    long k0 = key & WORD;
    long k1 = key >>> 32;
    for (int round = 0; round < ROUNDS; round++) {
      long next = mix(b, MULTIPLIER_1, a, k0);
      b = mix(a, MULTIPLIER_0, b, k1);
      a = next;
      k0 = (k0 + INCREMENT_0) & WORD;
      k1 = (k1 + INCREMENT_1) & WORD;
    }
    return second ? b : a;
  }

  /// One half of a round. Lower word of the result: high word of the product, xored with the upper
  /// word of `other` and the key; upper word: low word of the product.
  private static long mix(long source, long multiplier, long other, long keyWord) {
    return Long.rotateLeft((source & WORD) * multiplier, 32) ^ (other >>> 32) ^ keyWord;
  }

  private static float fraction(long word) {
    return ((int) word >>> 8) * 0x1p-24f;
  }

  private static long checked(long element) {
    if (element >>> 62 != 0) {
      throw new IllegalArgumentException(
          "CounterRandom: element is " + element + ", expected 0 to 2^62 - 1.");
    }
    return element;
  }

  /// Two streams are equal when they give the same numbers.
  @Override
  public boolean equals(Object other) {
    return other instanceof CounterRandom random && random.key == key;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(key);
  }

  @Override
  public String toString() {
    return "CounterRandom(key %016x)".formatted(key);
  }

  /// The numbers `0 … n − 1` in a random order that depends on stream and step alone
  /// (Fisher–Yates).
  public int[] permutation(long step, int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = below(step, i, i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /// One of the numbers `0 … bound − 1`, all equally likely up to 2^-32.
  public int below(long step, long element, int bound) {
    return (int) Math.unsignedMultiplyHigh(bits(step, element), bound);
  }
}
