package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import java.util.Arrays;

/// One output of a [Movement]: runs of elements that stay neighbours. Each comes from an input (−1:
/// is filled in), begins there at a place, and has a length, 1 for all if most are short. `whole`
/// says that it is all elements of the first input, in order.
final class Moved {
  private static final int SHORT = 4;

  private final int[] shape;
  private final int[] sources;
  private final int[] froms;
  private final int[] lengths;
  private final int inputCount;
  private final boolean scattered;
  private final boolean whole;
  private final Reused memory;

  private Moved(int[] shape, int[] sources, int[] froms, int[] lengths, int inputCount,
      boolean scattered, boolean whole, Reused memory) {
    this.shape = shape;
    this.sources = sources;
    this.froms = froms;
    this.lengths = lengths;
    this.inputCount = inputCount;
    this.scattered = scattered;
    this.whole = whole;
    this.memory = memory;
  }

  /// @param numbers 1 for the first element of all inputs and so on; 0 for what is filled in
  /// @param starts the number of elements before each input
  static Moved of(NdArray numbers, int[] starts, Reused memory) {
    var all = numbers.longs();
    var sources = new int[all.length];
    var froms = new int[all.length];
    var lengths = new int[all.length];
    int runs = 0;
    for (int i = 0; i < all.length; i++) {
      int at = (int) all[i] - 1;
      int source = -1;
      for (int k = 0; at >= 0 && k + 1 < starts.length; k++) {
        source = at >= starts[k] && at < starts[k + 1] ? k : source;
      }
      int from = source < 0 ? 0 : at - starts[source];
      boolean goesOn = runs > 0 && sources[runs - 1] == source
          && (source < 0 || froms[runs - 1] + lengths[runs - 1] == from);
      if (goesOn) {
        lengths[runs - 1]++;
      } else {
        sources[runs] = source;
        froms[runs] = from;
        lengths[runs++] = 1;
      }
    }
    boolean whole = all.length == starts[1]
        && (runs == 0 || runs == 1 && sources[0] == 0 && froms[0] == 0);
    boolean scattered = runs * SHORT > all.length;
    for (int i = 0; i < all.length; i++) {
      scattered &= all[i] > 0;
    }
    if (scattered) {
      return scattered(numbers.shape(), starts, all, whole, memory);
    }
    return new Moved(numbers.shape(), Arrays.copyOf(sources, runs), Arrays.copyOf(froms, runs),
        Arrays.copyOf(lengths, runs), starts.length - 1, false, whole, memory);
  }

  private static Moved scattered(int[] shape, int[] starts, long[] all, boolean whole,
      Reused memory) {
    var sources = new int[all.length];
    var froms = new int[all.length];
    var lengths = new int[all.length];
    Arrays.fill(lengths, 1);
    for (int i = 0; i < all.length; i++) {
      while (all[i] > starts[sources[i] + 1]) {
        sources[i]++;
      }
      froms[i] = (int) all[i] - 1 - starts[sources[i]];
    }
    return new Moved(shape, sources, froms, lengths, starts.length - 1, true, whole, memory);
  }

  /// @param streams 0 if the inputs are not stacked
  /// @param stacked which inputs are; those behind its end are not
  NdArray apply(Operator.Inputs inputs, int streams, boolean[] stacked) {
    var first = inputs.get(0);
    var to = shape;
    if (streams > 0) {
      to = new int[shape.length + 1];
      to[0] = streams;
      System.arraycopy(shape, 0, to, 1, shape.length);
    }
    if (whole && (streams == 0 || stacked[0])) {
      return first.reshaped(to);
    }
    int each = NdShape.elements(shape);
    int length = NdShape.elements(to);
    int count = Math.max(streams, 1);
    var elements = first.type() == ElementType.FLOAT ? memory.floats(length)
        : NdArray.allocate(first.type(), length);
    if (scattered && elements instanceof float[] floats) {
      scatter(inputs, floats, streams, stacked);
      return NdArray.of(first.type(), to, elements);
    }
    for (int s = 0; s < count; s++) {
      int at = s * each;
      for (int r = 0; r < sources.length; r++) {
        int source = sources[r];
        if (source < 0) {
          fill(inputs, elements, at, lengths[r]);
        } else {
          var input = inputs.get(source);
          int own = streams > 0 && stacked[source] ? s * (input.length() / count) : 0;
          System.arraycopy(input.elements(), own + froms[r], elements, at, lengths[r]);
        }
        at += lengths[r];
      }
    }
    return NdArray.of(first.type(), to, elements);
  }

  private void scatter(Operator.Inputs inputs, float[] to, int streams, boolean[] stacked) {
    int count = Math.max(streams, 1);
    var arrays = new float[inputCount][];
    var own = new int[arrays.length];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = inputs.get(i).floats();
      own[i] = streams > 0 && stacked[i] ? arrays[i].length / count : 0;
    }
    for (int s = 0, at = 0; s < count; s++) {
      if (arrays.length == 1) {
        float[] from = arrays[0];
        int first = s * own[0];
        for (int place : froms) {
          to[at++] = from[first + place];
        }
      } else {
        for (int i = 0; i < froms.length; i++) {
          int source = sources[i];
          to[at++] = arrays[source][s * own[source] + froms[i]];
        }
      }
    }
  }

  /// Zeros where nothing else is given.
  private static void fill(Operator.Inputs inputs, Object elements, int at, int length) {
    var value = inputs.orNull(2);
    switch (elements) {
      case float[] f -> Arrays.fill(f, at, at + length, value == null ? 0 : value.floats()[0]);
      case double[] d -> Arrays.fill(d, at, at + length, value == null ? 0 : value.doubles()[0]);
      case long[] l -> Arrays.fill(l, at, at + length, value == null ? 0 : value.longs()[0]);
      default -> Arrays.fill((Object[]) elements, at, at + length,
          value == null ? "" : value.strings()[0]);
    }
  }
}
