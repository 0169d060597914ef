package dev.unroll.layer.stepping;

import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;

/// The states of many keys, each in a numbered slot: large arrays that grow without being copied,
/// and slots that are reused after they were removed.
///
/// Used by one caller at a time; overlapping calls are refused by an `IllegalStateException`.
final class StateTable {
  /// The number of floats of a page: 256 KB, so that a small table is small and the unused part of
  /// a last page is negligible.
  private static final int PAGE = 1 << 16;

  /// The alignment of slots: each begins at the start of a cache line.
  private static final int LINE = 16;

  private static final int REMOVED = -1;

  private final OneCaller caller =
      new OneCaller("StateTable", "give each thread a table of its own");
  private final State.Layout layout;
  private final int stride;
  private final int shift;
  private float[][] pages = {};

  /// For each slot the round in which it was stepped last, 0 for none.
  private int[][] rounds = {};

  private int round;
  private int slots;
  private int[] free = {};
  private int freeCount;

  /// An empty table for states of this layout.
  public StateTable(State.Layout layout) {
    this.layout = layout;
    stride = Math.max(LINE, Math.ceilDiv(layout.size(), LINE) * LINE);
    shift = Math.max(0, 31 - Integer.numberOfLeadingZeros(PAGE / stride));
  }

  /// The layout of a slot.
  public State.Layout layout() {
    return layout;
  }

  /// The number of slots in use.
  public int size() {
    return slots - freeCount;
  }

  /// The bytes that the table takes.
  public long bytes() {
    return ((long) pages.length << shift) * (4L * stride + 4) + 4L * free.length;
  }

  /// Allocates a slot of zeros, the initial state of a sequence.
  ///
  /// @return its number: that of a slot that was removed, else one more than the highest
  public int add() {
    caller.enter();
    try {
      return taken();
    } finally {
      caller.leave();
    }
  }

  private int taken() {
    int slot = freeCount > 0 ? free[--freeCount] : slots++;
    if (slot >> shift == pages.length) {
      grow();
    }
    rounds[slot >> shift][slot & mask()] = 0;
    Arrays.fill(page(slot), offset(slot), offset(slot) + stride, 0f);
    return slot;
  }

  private void grow() {
    int n = pages.length;
    if (n == Integer.MAX_VALUE >> shift) {
      slots--;
      throw new StateException("the table is full: it has %,d slots".formatted(slots));
    }
    var page = new float[stride << shift];
    var pageRounds = new int[1 << shift];
    pages = Arrays.copyOf(pages, n + 1);
    rounds = Arrays.copyOf(rounds, n + 1);
    pages[n] = page;
    rounds[n] = pageRounds;
  }

  /// Frees a slot; its number may be reused.
  public void remove(int slot) {
    caller.enter();
    try {
      require(slot);
      if (freeCount == free.length) {
        free = Arrays.copyOf(free, Math.max(LINE, 2 * freeCount));
      }
      rounds[slot >> shift][slot & mask()] = REMOVED;
      free[freeCount++] = slot;
    } finally {
      caller.leave();
    }
  }

  /// The number of pages that could be freed if the slots in use were the first ones.
  int spare() {
    return pages.length - pagesFor(size());
  }

  /// The number of pages.
  int pages() {
    return pages.length;
  }

  private int pagesFor(int slots) {
    return slots + mask() >> shift;
  }

  /// Moves a state to a slot that is free among the first n, the first step of [#truncate].
  ///
  /// @param slot in use, not among the first n
  /// @return its new slot
  int moveBelow(int slot, int n) {
    int hole = free[--freeCount];
    while (hole >= n) {
      hole = free[--freeCount];
    }
    System.arraycopy(page(slot), offset(slot), page(hole), offset(hole), stride);
    rounds[hole >> shift][hole & mask()] = 0;
    return hole;
  }

  /// Keeps the first n slots, which are in use, and frees the pages behind them.
  void truncate(int n) {
    slots = n;
    free = new int[0];
    freeCount = 0;
    pages = Arrays.copyOf(pages, pagesFor(n));
    rounds = Arrays.copyOf(rounds, pages.length);
  }

  /// A copy of the state in a slot.
  public State state(int slot) {
    caller.enter();
    try {
      require(slot);
      var state = State.initial(layout);
      System.arraycopy(page(slot), offset(slot), state.values(), 0, layout.size());
      return state;
    } finally {
      caller.leave();
    }
  }

  /// Writes the state in a slot.
  ///
  /// @throws StateException if it is that of another layer
  public void set(int slot, State state) {
    layout.require(state.layout());
    caller.enter();
    try {
      require(slot);
      System.arraycopy(state.values(), 0, page(slot), offset(slot), layout.size());
    } finally {
      caller.leave();
    }
  }

  /// The guard against overlapping calls.
  public OneCaller caller() {
    return caller;
  }

  /// Refuses a slot that is not in use.
  void require(int slot) {
    if (slot < 0 || slot >= slots || rounds[slot >> shift][slot & mask()] == REMOVED) {
      throw new StateException(
          "slot %d is not in use, expected one that add() gave".formatted(slot));
    }
  }

  /// Begins a round of steps that are computed together.
  void beginRound() {
    if (round == Integer.MAX_VALUE) {
      for (var page : rounds) {
        for (int i = 0; i < page.length; i++) {
          page[i] = Math.min(page[i], 0);
        }
      }
      round = 0;
    }
    round++;
  }

  /// Adds a slot to the round; returns false if it is in it already.
  boolean join(int slot) {
    var page = rounds[slot >> shift];
    int i = slot & mask();
    if (page[i] == round) {
      return false;
    }
    page[i] = round;
    return true;
  }

  /// The array that holds a slot, from [#offset] on.
  float[] page(int slot) {
    return pages[slot >> shift];
  }

  int offset(int slot) {
    return (slot & mask()) * stride;
  }

  private int mask() {
    return (1 << shift) - 1;
  }
}
