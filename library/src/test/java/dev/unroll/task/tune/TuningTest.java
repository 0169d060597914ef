package dev.unroll.task.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Successive halving, and the space that it searches.
class TuningTest {
  private static List<Integer> numbers(int n) {
    return IntStream.range(0, n).boxed().toList();
  }

  private static <S> List<Integer> waiting(Tuning<S> tuning) {
    return tuning.waiting().stream().map(Tuning.Job::trial).toList();
  }

  /// The bracket of the paper with η = 3: n trials with a ninth, n / 3 with a third, the rest with
  /// all.
  @Test
  void aThirdGoesOnWithThreeTimesAsMuch() {
    var tuning = Tuning.of(numbers(27), 18);
    assertThat(tuning.budgets()).containsExactly(2, 6, 18);
    assertThat(waiting(tuning)).isEqualTo(numbers(27));
    while (tuning.rung(26) == 0 && waiting(tuning).contains(26)) {
      tuning = tuning.with(waiting(tuning).getFirst(), waiting(tuning).getFirst());
    }
    // The nine largest, and the first one, the defaults.
    assertThat(waiting(tuning)).containsExactly(0, 18, 19, 20, 21, 22, 23, 24, 25, 26);
    assertThat(tuning.waiting().getFirst().budget()).isEqualTo(6);
    assertThat(tuning.goesOn(18, 0)).isTrue();
    assertThat(tuning.goesOn(17, 0)).isFalse();
    for (var job : tuning.waiting()) {
      tuning = tuning.with(job.trial(), job.trial());
    }
    // A third of ten, upwards.
    assertThat(waiting(tuning)).containsExactly(0, 23, 24, 25, 26);
    for (var job : tuning.waiting()) {
      assertThat(job.budget()).isEqualTo(18);
      tuning = tuning.with(job.trial(), job.trial() == 0 ? 100 : job.trial());
    }
    assertThat(tuning.finished()).isTrue();
    assertThat(tuning.best()).as("the defaults were dropped nowhere").hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"1, 20, 20", "2, 20, 20", "3, 20, 7;20", "8, 20, 7;20", "9, 20, 2;7;20",
    "100, 20, 2;7;20", "9, 5, 1;2;5", "9, 1, 1", "9, 2, 1;2"})
  void theRungsFollowFromTheTrialsAndTheBudget(int trials, int budget, String rungs) {
    assertThat(Tuning.of(numbers(trials), budget).budgets().stream().map(String::valueOf)
        .collect(Collectors.joining(";"))).isEqualTo(rungs);
  }

  /// Trials that wait do not depend on each other: whoever makes them in another order finds the
  /// same.
  @Test
  void theOrderOfTrialsDoesNotMatter() {
    var random = new SplittableRandom(1);
    var found = new HashSet<List<Integer>>();
    for (int run = 0; run < 20; run++) {
      var tuning = Tuning.of(numbers(20), 9);
      var begun = new ArrayList<Integer>();
      while (!tuning.finished()) {
        var jobs = tuning.waiting();
        var job = jobs.get(random.nextInt(jobs.size()));
        begun.add(job.budget());
        tuning = tuning.with(job.trial(), Math.sin(job.trial() + job.budget()));
      }
      assertThat(begun).isSorted();
      begun.add(tuning.best().orElseThrow());
      found.add(begun);
    }
    assertThat(found).hasSize(1);
  }

  @Test
  void trialsThatFailGoOnNowhere() {
    var tuning = Tuning.of(numbers(9), 9);
    for (int trial : numbers(9)) {
      tuning = tuning.with(trial, trial == 4 ? 1 : Double.NaN);
    }
    assertThat(waiting(tuning)).as("the defaults failed, too").containsExactly(4);
    tuning = tuning.with(4, Double.NaN);
    assertThat(tuning.finished()).isTrue();
    assertThat(tuning.best()).as("that of the rung before").hasValue(4);
    var none = Tuning.of(numbers(3), 9);
    for (int trial : numbers(3)) {
      none = none.with(trial, Double.NaN);
    }
    assertThat(none.finished()).isTrue();
    assertThat(none.best()).isEmpty();
  }

  @Test
  void equalFiguresAreThoseOfTheEarlierOne() {
    var tuning = Tuning.of(numbers(2), 9).with(1, 0.5).with(0, 0.5);
    assertThat(tuning.best()).hasValue(0);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Tuning.of(List.of(), 3)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 candidates with a budget of 3, expected at least 1 of each");
    var tuning = Tuning.of(numbers(2), 9).with(0, 0.5);
    assertThatThrownBy(() -> tuning.with(0, 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trial 0 is not among those that wait: [1]");
  }

  private static Space space() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", 0.002);
    defaults.put("hidden", 64.0);
    defaults.put("layers", 1.0);
    defaults.put("dropout", 0.5);
    defaults.put("batch", 16.0);
    return Space.around(defaults);
  }

  @Test
  void theSameNumberIsTheSameTrial() {
    var some = space().draw(5, 10);
    assertThat(some.getFirst()).as("the defaults").isEqualTo(Settings.NONE);
    assertThat(space().draw(5, 40).subList(0, 10)).isEqualTo(some);
    assertThat(space().draw(6, 10).subList(1, 10)).doesNotContainAnyElementsOf(some);
    var fewer = space().without(new HashSet<>(List.of("hidden"))).draw(5, 10);
    assertThat(fewer.get(3).values()).doesNotContainKey("hidden");
    assertThat(fewer.get(3).number("rate", 0)).isEqualTo(some.get(3).number("rate", 1));
  }

  @Test
  void settingsLieAroundTheDefaults() {
    var all = space().draw(1, 2_000).stream().skip(1).toList();
    assertThat(all).allSatisfy(settings -> {
      assertThat(settings.number("rate", 0)).isBetween(0.0005, 0.008);
      assertThat(settings.whole("hidden", 0) % 8).isZero();
      assertThat(settings.whole("hidden", 0)).isBetween(32, 128);
      assertThat(settings.whole("layers", 0)).isBetween(1, 2);
      assertThat(settings.number("dropout", -1)).isBetween(0.0, 0.7);
      assertThat(settings.whole("batch", 0)).isBetween(8, 32);
      assertThat(Settings.parse(settings.toString())).isEqualTo(settings);
    });
    // Evenly in the logarithm: as many below the default as above.
    assertThat(all.stream().filter(settings -> settings.number("rate", 0) < 0.002).count())
        .isBetween(900L, 1100L);
    assertThat(all.stream().filter(settings -> settings.whole("layers", 0) == 2).count())
        .isBetween(900L, 1100L);
  }

  @Test
  void settingsAreWrittenAndRead() {
    var settings = Settings.parse("hidden=96, rate=0.0005");
    assertThat(settings.whole("hidden", 1)).isEqualTo(96);
    assertThat(settings.number("rate", 1)).isEqualTo(0.0005);
    assertThat(settings.number("dropout", 0.25)).isEqualTo(0.25);
    assertThat(settings).hasToString("hidden=96,rate=0.0005");
    assertThat(settings.with("hidden", 8)).hasToString("hidden=8,rate=0.0005");
    assertThat(Settings.parse("")).isEqualTo(Settings.NONE);
    for (var wrong : List.of("hidden", "=3", "hidden=", "hidden=many", "rate=NaN")) {
      assertThatThrownBy(() -> Settings.parse(wrong)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("\"%s\" is no setting; expected a name and a number, such as hidden=96,"
              .formatted(wrong) + "rate=0.004");
    }
    assertThatThrownBy(() -> Settings.parse("rate=1,rate=2"))
        .hasMessage("the setting rate is given twice, expected once");
    assertThatThrownBy(() -> Settings.parse("hidden=1.5").whole("hidden", 1))
        .hasMessage("the setting hidden is 1.5, expected a whole number from 1 on");
    assertThatThrownBy(() -> Settings.parse("depth=2").requireAmong(space().defaults()))
        .hasMessage("there is no setting depth; the settings here are rate, hidden, layers, "
            + "dropout, batch");
  }
}
