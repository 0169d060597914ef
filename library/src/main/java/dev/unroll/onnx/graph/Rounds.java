package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.array.SizeRefusal;
import dev.unroll.onnx.proto.ValueDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What the body of a loop gives in each round for one output, to be put side by side along a new
/// axis.
final class Rounds {
  /// About what an array takes beside its elements.
  private static final int OVERHEAD = 96;

  private final ValueDef definition;
  private final long axis;
  private final boolean backward;
  private final List<NdArray> values = new ArrayList<>();
  private final List<Boolean> stacked = new ArrayList<>();
  private long bytes;
  private long numbers;

  /// @param definition what the graph says of the output
  /// @param axis where the new axis is, counted as in the result
  /// @param backward whether the last round comes first
  Rounds(ValueDef definition, long axis, boolean backward) {
    this.definition = definition;
    this.axis = axis;
    this.backward = backward;
  }

  /// The numbers of all that was collected.
  long numbers() {
    return numbers;
  }

  void add(NdArray value, boolean isStacked) {
    numbers += value.length();
    bytes += 8L * value.length() + OVERHEAD;
    if (bytes > Runtime.getRuntime().maxMemory() / 2) {
      throw SizeRefusal.of(
          "what is collected for \"%s\" in %d rounds is more than the memory of %d MiB"
              + " that Java may take has room for; allow more with -Xmx",
          definition.name(),
          values.size(), Runtime.getRuntime().maxMemory() >> 20);
    }
    values.add(value);
    stacked.add(isStacked);
  }

  boolean areStacked() {
    return stacked.contains(true);
  }

  /// All rounds.
  ///
  /// @param streams how many there are, if rounds are stacked
  NdArray joined(int streams) {
    if (values.isEmpty()) {
      return none();
    }
    int first = areStacked() ? 1 : 0;
    var rounds = new ArrayList<NdArray>();
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i);
      rounds.add(first == 1 && !stacked.get(i) ? Stacks.repeated(value, streams) : value);
    }
    if (backward) {
      Collections.reverse(rounds);
    }
    var each = rounds.getFirst();
    int along = first + NdShape.axis(axis, each.axes() - first + 1);
    var shape = new int[each.axes() + 1];
    System.arraycopy(each.shape(), 0, shape, 0, along);
    shape[along] = rounds.size();
    System.arraycopy(each.shape(), along, shape, along + 1, each.axes() - along);
    int outer = NdShape.elements(Arrays.copyOf(shape, along));
    var to = NdArray.allocate(each.type(), NdShape.elements(shape));
    int part = outer == 0 ? 0 : each.length() / outer;
    for (int r = 0; r < rounds.size(); r++) {
      var value = rounds.get(r);
      if (value.type() != each.type() || !Arrays.equals(value.shape(), each.shape())) {
        throw Refusal.of("the body gives %s for \"%s\" in one round and %s in another", each,
            definition.name(), value);
      }
      for (int o = 0; o < outer; o++) {
        System.arraycopy(value.elements(), o * part, to, (o * rounds.size() + r) * part, part);
      }
    }
    return NdArray.of(each.type(), shape, to);
  }

  /// Without a round, the sizes are what the graph says of them, and 0 where it says nothing.
  private NdArray none() {
    var said = definition.shape();
    var sizes = new ArrayList<Long>();
    if (said != null) {
      for (var size : said) {
        sizes.add(size.matches("\\d{1,9}") ? Long.parseLong(size) : 0);
      }
    }
    sizes.add(NdShape.axis(axis, sizes.size() + 1), 0L);
    var type = definition.type() == null ? ElementType.FLOAT : definition.type();
    return NdArray.of(type, NdShape.of(sizes.stream().mapToLong(i -> i).toArray()),
        NdArray.allocate(type, 0));
  }
}
