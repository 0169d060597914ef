package dev.unroll.kernel;

import java.util.ArrayList;
import java.util.List;

/// Where the time of compiled layers goes: what each stage of their plans takes, of all layers that an engine with it
/// binds ([Engine#timed]). Reading the clock takes some tens of nanoseconds a stage and step; layers of other
/// engines pay nothing. The numbers that are computed are the same.
///
/// Not thread-safe: read between the calls of a layer.
public final class StageTimes {
  /// What one stage took since the last [#reset].
  ///
  /// @param cell the cell's name
  /// @param phase when it runs: `forward, each step`
  /// @param stage what it does, as the plan says it
  /// @param seconds the mean of the threads; what they wait for one another is no part of it
  /// @param multiplyAdds those of a matrix product, by all threads; 0 for other work
  public record Entry(String cell, String phase, String stage, double seconds,
      double multiplyAdds) {}

  private record Timed(String cell, String phase, String stage, StageClock clock) {}

  private final List<Timed> timed = new ArrayList<>();

  /// Without stages.
  public StageTimes() {}

  /// What ran since the last reset, in the order in which it was bound.
  public List<Entry> entries() {
    return timed.stream().filter(t -> t.clock.ran())
        .map(t -> new Entry(t.cell, t.phase, t.stage, t.clock.seconds(), t.clock.multiplyAdds()))
        .toList();
  }

  /// Begins anew.
  public void reset() {
    timed.forEach(t -> t.clock.reset());
  }

  /// A clock for work on so many threads.
  public StageClock clock(String cell, String phase, String stage, int threads) {
    var clock = new StageClock(threads);
    timed.add(new Timed(cell, phase, stage, clock));
    return clock;
  }
}
