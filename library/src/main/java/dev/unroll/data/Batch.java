package dev.unroll.data;

import java.util.List;

/// Examples side by side, padded to the longest of them.
///
/// A batch always has B columns, as a run is bound to B. With fewer examples (the last ones of a
/// list), the columns from `samples()` on repeat the input of the first, so that the batch has no
/// empty sequence and equal lengths stay equal; their targets have length 0 and are fully masked
/// (symbols −1, `present` 0), so they add neither loss nor gradient.
///
/// `Batches` reuses one batch. Not thread-safe while it is filled.
public final class Batch {
  private final Padded input;
  private final Padded target;
  private final int[] numbers;
  private int samples;
  private boolean streams;
  private boolean continues;

  /// Allocates memory for batches of a form.
  ///
  /// @param batch B
  /// @param longestInput the most steps of an input
  /// @param longestTarget the most steps of a target
  Batch(Form form, int batch, int longestInput, int longestTarget) {
    input = new Padded(form.input(), batch, longestInput);
    target = new Padded(form.target(), batch, longestTarget);
    numbers = new int[batch];
  }

  /// Returns a new batch of these examples.
  ///
  /// @throws DataException if they are not of one form
  public static Batch of(List<Example> examples) {
    return of(examples, examples.size());
  }

  /// Returns a new batch of these examples with B columns.
  ///
  /// @throws DataException if they are not of one form
  /// @throws IllegalArgumentException if there are more than B
  public static Batch of(List<Example> examples, int batch) {
    if (examples.size() > batch) {
      throw new IllegalArgumentException(
          "Batch: %d examples, but only %d columns.".formatted(examples.size(), batch));
    }
    var form = Form.of(examples);
    var all = new Batch(form, batch, longestInput(examples), longestTarget(examples));
    int[] order = new int[examples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    all.fill(examples, order, 0, order.length);
    return all;
  }

  static int longestInput(List<Example> examples) {
    int longest = 0;
    for (var example : examples) {
      longest = Math.max(longest, example.input().length());
    }
    return longest;
  }

  static int longestTarget(List<Example> examples) {
    int longest = 0;
    for (var example : examples) {
      longest = Math.max(longest, example.target().length());
    }
    return longest;
  }

  /// Fills the batch with the examples `order[from] … order[from + count − 1]`.
  void fill(List<Example> examples, int[] order, int from, int count) {
    fill(examples, order, from, count, order[from]);
  }

  /// The same, also with no example at all.
  ///
  /// @param spare the example that the other columns repeat
  void fill(List<Example> examples, int[] order, int from, int count, int spare) {
    samples = count;
    int inputSteps = 0;
    int targetSteps = 0;
    for (int b = 0; b < count; b++) {
      numbers[b] = order[from + b];
      var example = examples.get(numbers[b]);
      inputSteps = Math.max(inputSteps, example.input().length());
      targetSteps = Math.max(targetSteps, example.target().length());
    }
    if (count == 0) {
      inputSteps = examples.get(spare).input().length();
      targetSteps = examples.get(spare).target().length();
    }
    input.begin(inputSteps);
    target.begin(targetSteps);
    for (int b = 0; b < batch(); b++) {
      var example = examples.get(b < count ? numbers[b] : spare);
      input.write(b, example.input(), example.inputMask());
      if (b < count) {
        target.write(b, example.target(), example.targetMask());
      } else {
        numbers[b] = -1;
        target.leaveOut(b);
      }
    }
  }

  /// Fills the batch with the windows `order[from] … order[from + count − 1]`.
  ///
  /// @param spare the window that the other columns repeat
  void fill(Views views, int[] order, int from, int count, int spare) {
    samples = count;
    int steps = views.steps();
    input.begin(steps);
    target.begin(1);
    var x = input.features();
    var y = target.features();
    for (int b = 0; b < batch(); b++) {
      boolean real = b < count;
      numbers[b] = real ? order[from + b] : -1;
      int view = real ? order[from + b] : spare;
      input.markAll(b);
      views.input(view, x.array(), b * x.columns(), batch() * x.columns());
      if (real) {
        target.markAll(b);
        views.target(view, y.array(), b * y.columns());
      } else {
        target.leaveOut(b);
      }
    }
  }

  /// Fills the batch with `steps` steps of each stream of a sequence.
  ///
  /// @param first the number of the stream in column 0
  /// @param length the steps of a stream
  /// @param start the first of the steps in each
  void fillStreams(Example sequence, int first, int length, int start, int steps) {
    samples = batch();
    for (int b = 0; b < samples; b++) {
      numbers[b] = first + b;
    }
    streams = true;
    continues = start > 0;
    input.fillStreams(sequence.input(), first, length, start, steps);
    target.fillStreams(sequence.target(), first, length, start, steps);
  }

  /// Makes this batch part of a stream: its states are carried to the next one.
  ///
  /// @param continues whether it begins with the final states of the previous batch
  /// @return this batch
  public Batch asStream(boolean continues) {
    streams = true;
    this.continues = continues;
    return this;
  }

  /// Whether the states after this batch are carried to the next one ([Batches#streams]).
  public boolean isStream() {
    return streams;
  }

  /// Whether this batch begins with the final states of the previous one.
  public boolean continues() {
    return continues;
  }

  /// The number of columns that are examples, `1 … B`.
  public int samples() {
    return samples;
  }

  /// B, the number of columns.
  public int batch() {
    return numbers.length;
  }

  /// The index of the example in column b in its list; −1 from `samples()` on.
  public int number(int b) {
    return numbers[b];
  }

  /// The inputs.
  public Padded input() {
    return input;
  }

  /// The targets.
  public Padded target() {
    return target;
  }
}
