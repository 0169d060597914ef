package dev.unroll.kernel;

import java.util.ArrayList;
import java.util.List;

/// A profile of compiled layers: the time of each stage of their plans, for all layers that an
/// engine with it binds ([Engine#timed]). Reading the clock takes some tens of nanoseconds for each
/// stage and step; layers of other engines pay nothing. The results are the same.
///
/// Not thread-safe: read between the calls of a layer.
public final class StageTimes {
  /// The time of one stage since the last [#reset].
  ///
  /// @param cell the cell's name
  /// @param phase when it runs: `forward, each step`
  /// @param stage its description in the plan
  /// @param seconds the mean over the threads, without the time that they wait for each other
  /// @param multiplyAdds those of a matrix product, by all threads; 0 for other work
  public record Entry(String cell, String phase, String stage, double seconds,
      double multiplyAdds) {}

  private record Timed(String cell, String phase, String stage, StageClock clock) {}

  private final List<Timed> timed = new ArrayList<>();

  /// An empty profile.
  public StageTimes() {}

  /// The stages that ran since the last reset, in the order in which they were bound.
  public List<Entry> entries() {
    return timed.stream().filter(t -> t.clock.ran())
        .map(t -> new Entry(t.cell, t.phase, t.stage, t.clock.seconds(), t.clock.multiplyAdds()))
        .toList();
  }

  /// Clears all times.
  public void reset() {
    timed.forEach(t -> t.clock.reset());
  }

  /// A clock for work on this many threads.
  public StageClock clock(String cell, String phase, String stage, int threads) {
    var clock = new StageClock(threads);
    timed.add(new Timed(cell, phase, stage, clock));
    return clock;
  }
}
