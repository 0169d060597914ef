package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator.Inputs;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An operator that only moves elements, whatever they are: Slice, Transpose, Concat and the like.
/// Where each element comes from depends on the shapes alone, so it is found out once, by running
/// the operator on the numbers of the elements, and then kept until the shapes change. What holds
/// for one stream holds for each of many.
final class Movement implements Operator {
  /// Larger arrays are moved by the operator itself, without a list of places.
  private static final int LARGEST = 1 << 20;

  /// After so many times in which all was found out anew, it is not done any more.
  private static final int MOST_CHANGES = 4;

  private static final boolean[] NONE = new boolean[0];

  private final Operator operator;
  private final int data;
  private final boolean fills;
  private final Setting setting;
  private @Nullable Known known;
  private @Nullable Known knownOfStreams;
  private boolean hasRun;
  private int changes;

  private Movement(Operator operator, int data, boolean fills, Setting setting) {
    this.operator = operator;
    this.data = data;
    this.fills = fills;
    this.setting = setting;
  }

  /// @param data how many of the first inputs are moved; the others say how
  static Factory of(int data, Factory factory) {
    return (node, setting) -> new Movement(factory.of(node, setting), data, false, setting);
  }

  /// An operator whose third input stands where no element goes.
  static Factory filling(Factory factory) {
    return (node, setting) -> isZero(node)
        ? new Movement(factory.of(node, setting), 1, true, setting)
        : factory.of(node, setting);
  }

  private static boolean isZero(NodeDef node) {
    return node.attributes().real("value", 0) == 0;
  }

  @Override
  public @Nullable NdArray[] run(Inputs inputs) {
    // What runs only once, or in another way each time, is not worth a list.
    boolean first = !hasRun;
    hasRun = true;
    var places = first || changes > MOST_CHANGES ? null : places(inputs, NONE);
    return places == null ? operator.run(inputs) : places.apply(inputs, 0);
  }

  @Override
  public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    boolean moves = false;
    for (int i = 0; i < inputs.count(); i++) {
      moves |= stacked[i] && i < data;
      if (stacked[i] && i >= data) {
        return operator.runStreams(inputs, stacked, streams);
      }
    }
    var places = moves ? places(inputs, stacked) : null;
    return places == null ? operator.runStreams(inputs, stacked, streams)
        : new Streams(places.apply(inputs, streams), true);
  }

  /// The places; null if the operator has to do it itself.
  private @Nullable Known places(Inputs inputs, boolean[] stacked) {
    boolean many = stacked.length > 0;
    var before = many ? knownOfStreams : known;
    if (before != null && before.fits(inputs, stacked)) {
      return before;
    }
    var found = find(inputs, stacked);
    if (many) {
      knownOfStreams = found;
    } else {
      changes = before == null ? 0 : changes + 1;
      known = found;
    }
    return found;
  }

  private @Nullable Known find(Inputs inputs, boolean[] stacked) {
    int sources = Math.min(data, inputs.count());
    var numbers = inputs.toArray();
    long all = 0;
    for (int i = 0; i < sources; i++) {
      var input = inputs.orNull(i);
      if (input == null || input.type() != inputs.get(0).type()) {
        return null;
      }
      all += input.length();
    }
    if (all > LARGEST) {
      return null;
    }
    var starts = new int[sources + 1];
    var shapes = new int[sources][];
    for (int i = 0; i < sources; i++) {
      shapes[i] = own(inputs.get(i), is(stacked, i));
      starts[i + 1] = starts[i] + NdShape.elements(shapes[i]);
      var count = new long[starts[i + 1] - starts[i]];
      for (int k = 0; k < count.length; k++) {
        count[k] = starts[i] + k + 1L;
      }
      numbers[i] = NdArray.of(ElementType.INT64, shapes[i], count);
    }
    if (fills) {
      if (inputs.has(2) && (inputs.get(2).type() != inputs.get(0).type()
          || inputs.get(2).length() != 1)) {
        return null;
      }
      numbers = Arrays.copyOf(numbers, Math.max(3, numbers.length));
      numbers[2] = NdArray.of(ElementType.INT64, new int[0], new long[1]);
    }
    try {
      var found = operator.run(new Inputs(numbers));
      var outputs = new Moved[found.length];
      long total = 0;
      for (int i = 0; i < found.length; i++) {
        var output = found[i];
        if (output == null) {
          return null;
        }
        total += output.length();
        if (total > LARGEST) {
          return null;
        }
        outputs[i] = Moved.of(output, starts, new Reused(setting));
      }
      return new Known(inputs.toArray(), shapes, stacked.clone(), outputs, fills);
    } catch (Refusal | ArithmeticException _) {
      return null; // The operator itself says what is wrong, of the inputs as they are.
    }
  }

  private static boolean is(boolean[] stacked, int i) {
    return i < stacked.length && stacked[i];
  }

  private static int[] own(NdArray array, boolean stacked) {
    return stacked ? Arrays.copyOfRange(array.shape(), 1, array.axes()) : array.shape();
  }

  /// What was found out for some shapes, and for what says how to move.
  private record Known(@Nullable NdArray[] inputs, int[][] shapes, boolean[] stacked,
      Moved[] outputs, boolean fills) {

    boolean fits(Inputs now, boolean[] stackedNow) {
      if (now.count() != inputs.length || !Arrays.equals(stacked, stackedNow)) {
        return false;
      }
      for (int i = 0; i < inputs.length; i++) {
        var input = now.orNull(i);
        var before = inputs[i];
        if (i < shapes.length) {
          if (input == null || !hasShape(input, shapes[i], is(stacked, i))
              || input.type() != now.get(0).type()) {
            return false;
          }
        } else if (fills && i == 2) {
          if (input != null
              && (input.length() != 1 || input.type() != now.get(0).type())) {
            return false;
          }
        } else if (input != before && !isSame(input, before)) {
          return false;
        }
      }
      return true;
    }

    private static boolean hasShape(NdArray array, int[] shape, boolean stacked) {
      int skip = stacked ? 1 : 0;
      return Arrays.equals(array.shape(), skip, array.axes(), shape, 0, shape.length);
    }

    private static boolean isSame(@Nullable NdArray a, @Nullable NdArray b) {
      return a != null && b != null && Arrays.equals(a.shape(), b.shape())
          && a.elements() instanceof long[] x && b.elements() instanceof long[] y
          && Arrays.equals(x, y);
    }

    @Nullable
    NdArray[] apply(Inputs now, int streams) {
      var moved = new NdArray[outputs.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] = outputs[i].apply(now, streams, stacked);
      }
      return moved;
    }
  }
}
