package dev.unroll.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.Example;
import dev.unroll.data.Task;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Values.Words;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TasksTest {
  private static final int EXAMPLES = 2000;

  static Task[] tasks() {
    return new Task[] {
      new AddingProblem(2, 1),
      new AddingProblem(51, 1),
      new CopyMemory(1, 1),
      new CopyMemory(37, 1),
      new SelectiveCopy(3, 3, 1),
      new SelectiveCopy(41, 5, 1),
      new TemporalOrder(10, 1),
      new TemporalOrder(53, 1)};
  }

  private static Object content(Values values) {
    return switch (values) {
      case Symbols(var symbols) -> Arrays.toString(symbols);
      case Words(var symbols, _) -> Arrays.toString(symbols);
      case Features(var numbers, _, _) -> Arrays.toString(numbers);
    };
  }

  private static String content(Example example) {
    return content(example.input()) + " → " + content(example.target());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyExampleHasTheForm(Task task) {
    var examples = task.examples(0, EXAMPLES);
    task.form().check(examples);
    assertThat(examples).allMatch(
        example -> example.input().length() == task.longestInput()
            && example.target().length() == task.longestTarget());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theNumberDecidesTheExample(Task task) {
    assertThat(content(task.examples(5, 3).get(2))).isEqualTo(content(task.example(7)));
    assertThat(content(task.example(7))).isNotEqualTo(content(task.example(8)));
  }

  /// Written by this code: a change here changes the data of every run that was reported.
  @Test
  void theExamplesAreTheSameOnAnyMachineAndInAnyVersion() {
    assertThat(content(new AddingProblem(3, 1).example(4)))
        .isEqualTo("[0.010161102, 1.0, 0.09991419, 0.0, 0.42048305, 1.0] → [0.43064415]");
    assertThat(content(new CopyMemory(2, 1).example(4))).isEqualTo(
        "[0, 0, 3, 0, 6, 0, 2, 7, 5, 0, 8, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8] → "
            + "[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 0, 0, 3, 0, 6, 0, 2, 7, 5, 0]");
    assertThat(content(new SelectiveCopy(7, 3, 1).example(4))).isEqualTo(
        "[14, 5, 14, 12, 3, 14, 14, 15, 15, 15] → [-1, -1, -1, -1, -1, -1, -1, 5, 12, 3]");
    assertThat(content(new TemporalOrder(10, 1).example(4)))
        .isEqualTo("[2, 0, 4, 3, 2, 1, 5, 2, 2, 5] → [1]");
  }

  @Test
  void anotherSeedGivesOtherExamples() {
    assertThat(content(new AddingProblem(20, 1).example(0)))
        .isNotEqualTo(content(new AddingProblem(20, 2).example(0)));
    assertThat(content(new CopyMemory(20, 1).example(0)))
        .isNotEqualTo(content(new CopyMemory(20, 2).example(0)));
    assertThat(content(new SelectiveCopy(20, 4, 1).example(0)))
        .isNotEqualTo(content(new SelectiveCopy(20, 4, 2).example(0)));
    assertThat(content(new TemporalOrder(20, 1).example(0)))
        .isNotEqualTo(content(new TemporalOrder(20, 2).example(0)));
  }

  @Test
  void addingAddsTheTwoMarkedNumbers() {
    var task = new AddingProblem(9, 3);
    int[] marks = new int[9];
    double error = 0;
    for (var example : task.examples(0, EXAMPLES)) {
      float[] x = ((Features) example.input()).values();
      int[] marked = IntStream.range(0, 9).filter(t -> x[2 * t + 1] != 0).toArray();
      assertThat(marked).hasSize(2);
      assertThat(marked[0]).isLessThan(4);
      assertThat(marked[1]).isGreaterThanOrEqualTo(4);
      float sum = 0;
      for (int t : marked) {
        marks[t]++;
        assertThat(x[2 * t + 1]).isEqualTo(1);
        sum += x[2 * t];
      }
      float y = ((Features) example.target()).values()[0];
      assertThat(y).isEqualTo(sum);
      error += (y - 1.0) * (y - 1) / EXAMPLES;
    }
    assertThat(marks).as("every place occurs").doesNotContain(0);
    // The mean of 2000 squares, each with deviation √(7/180) = 0.2: four deviations of the mean.
    assertThat(error).isCloseTo(AddingProblem.BASELINE, within(0.018));
  }

  @Test
  void copyingSaysTheTenSymbolsAgain() {
    var task = new CopyMemory(5, 3);
    int[] counts = new int[8];
    for (var example : task.examples(0, EXAMPLES)) {
      int[] x = ((Symbols) example.input()).symbols();
      int[] y = ((Symbols) example.target()).symbols();
      assertThat(x).hasSize(25);
      int[] copied = Arrays.copyOf(x, 10);
      assertThat(Arrays.copyOfRange(x, 10, 25))
          .containsExactly(8, 8, 8, 8, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8);
      assertThat(Arrays.copyOf(y, 15)).containsOnly(8);
      assertThat(Arrays.copyOfRange(y, 15, 25)).containsExactly(copied);
      for (int symbol : copied) {
        counts[symbol]++;
      }
    }
    for (int count : counts) {
      // 20,000 symbols of 8 kinds: deviation √(20,000 · 1/8 · 7/8) = 47; four of them.
      assertThat(count).isCloseTo(EXAMPLES * 10 / 8, within(188));
    }
    // 10 ln 8 / 25
    assertThat(task.baseline()).isCloseTo(0.8317766166719343, within(1e-12));
  }

  @Test
  void selectiveCopyingSaysTheSymbolsAmongTheNoiseAgain() {
    var task = new SelectiveCopy(9, 3, 3);
    int[] counts = new int[SelectiveCopy.LETTERS];
    int[] places = new int[9];
    for (var example : task.examples(0, EXAMPLES)) {
      int[] x = ((Symbols) example.input()).symbols();
      int[] y = ((Symbols) example.target()).symbols();
      assertThat(x).hasSize(12);
      int[] found = IntStream.range(0, 9).filter(t -> x[t] != 14).toArray();
      assertThat(Arrays.copyOfRange(x, 9, 12)).containsOnly(15);
      assertThat(Arrays.copyOf(y, 9)).containsOnly(-1);
      assertThat(Arrays.copyOfRange(y, 9, 12))
          .containsExactly(Arrays.stream(found).map(t -> x[t]).toArray());
      for (int t : found) {
        places[t]++;
        counts[x[t]]++;
      }
    }
    for (int count : places) {
      // Of 2,000 sequences, each with probability 1/3: deviation √(2,000 · 2/9) = 21; four of them.
      assertThat(count).isCloseTo(EXAMPLES / 3, within(85));
    }
    for (int count : counts) {
      // 6,000 symbols of 14 kinds: deviation √(6,000 · 1/14 · 13/14) = 20; four of them.
      assertThat(count).isCloseTo((int) (EXAMPLES * 3 * SelectiveCopy.BASELINE), within(80));
    }
  }

  @Test
  void theClassIsTheOrderOfTheTwoSymbols() {
    var task = new TemporalOrder(50, 3);
    int[] counts = new int[4];
    boolean[] firsts = new boolean[50];
    boolean[] seconds = new boolean[50];
    for (var example : task.examples(0, EXAMPLES)) {
      int[] x = ((Symbols) example.input()).symbols();
      int[] places = IntStream.range(0, 50).filter(t -> x[t] < 2).toArray();
      assertThat(places).hasSize(2);
      firsts[places[0]] = true;
      seconds[places[1]] = true;
      int label = ((Symbols) example.target()).symbols()[0];
      assertThat(label).isEqualTo(2 * x[places[0]] + x[places[1]]);
      counts[label]++;
    }
    assertThat(IntStream.range(0, 50).filter(t -> firsts[t])).containsExactly(5, 6, 7, 8, 9, 10);
    assertThat(IntStream.range(0, 50).filter(t -> seconds[t]))
        .containsExactly(20, 21, 22, 23, 24, 25);
    for (int count : counts) {
      // deviation √(2000 · 1/4 · 3/4) = 19; four of them
      assertThat(count).isCloseTo((int) (EXAMPLES * TemporalOrder.BASELINE), within(77));
    }
  }

  @Test
  void temporalOrderMixesLengths() {
    var lengths = new TreeSet<Integer>();
    for (var example : new TemporalOrder(30, 40, 3).examples(0, EXAMPLES)) {
      int[] x = ((Symbols) example.input()).symbols();
      lengths.add(x.length);
      int[] places = IntStream.range(0, x.length).filter(t -> x[t] < 2).toArray();
      assertThat(places[0]).isBetween(x.length / 10, 2 * x.length / 10);
      assertThat(places[1]).isBetween(4 * x.length / 10, 5 * x.length / 10);
    }
    assertThat(lengths).containsExactlyElementsOf(IntStream.rangeClosed(30, 40).boxed().toList());
    assertThatThrownBy(() -> new TemporalOrder(40, 30, 3)).hasMessage(
        "TemporalOrder: the largest T is 30, below the least, 40; give the least first");
  }

  @Test
  void tooFewStepsAreRefused() {
    assertThatThrownBy(() -> new AddingProblem(1, 0))
        .hasMessage("AddingProblem: 1 steps, expected at least 2.");
    assertThatThrownBy(() -> new CopyMemory(0, 0))
        .hasMessage("CopyMemory: 0 steps, expected at least 1.");
    assertThatThrownBy(() -> new SelectiveCopy(4, 5, 0))
        .hasMessage("SelectiveCopy: 4 steps, expected at least 5.");
    assertThatThrownBy(() -> new SelectiveCopy(4, 0, 0))
        .hasMessage("SelectiveCopy: 0 symbols to copy, expected at least 1.");
    assertThatThrownBy(() -> new TemporalOrder(9, 0))
        .hasMessage("TemporalOrder: 9 steps, expected at least 10.");
  }
}
