package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Experiment;
import java.util.List;
import java.util.stream.Collectors;

/// All experiments.
public final class Experiments {
  private static final List<Experiment> ALL = List.of(
      new Adding(),
      new LongAdding(),
      new Copying(),
      new SelectiveCopying(),
      new TemporalOrdering(),
      new Chorales(),
      new DigitsByRows(),
      new DigitsByPixels(),
      new NationalityOfName(),
      new NameOfNationality(),
      new ScanCommands(),
      new Pronouncing(),
      new Polarity(),
      new DroppingOut());

  private Experiments() {}

  /// In the order in which they are listed.
  public static List<Experiment> all() {
    return ALL;
  }

  /// The experiment of this name.
  ///
  /// @throws IllegalArgumentException if there is none of this name
  public static Experiment find(String name) {
    return ALL.stream().filter(experiment -> experiment.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "there is no experiment '%s'; there are %s".formatted(name,
                ALL.stream().map(Experiment::name).collect(Collectors.joining(", ")))));
  }
}
