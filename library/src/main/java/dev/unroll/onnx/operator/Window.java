package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.Attributes;
import java.util.Arrays;

/// How a kernel moves over one or two axes: the attributes of convolutions and poolings. One axis
/// is taken as two, of which the first has size 1.
///
/// @param before the padding before each axis
/// @param after the padding behind it
record Window(int[] kernel, int[] strides, int[] dilations, int[] before, int[] after) {

  /// @param input `[N, C, …]`
  /// @param kernel the sizes of the kernel, as many as axes
  static Window of(Attributes attributes, NdArray input, int... kernel) {
    var window = plain(attributes, input, kernel);
    var automatic = attributes.text("auto_pad", "NOTSET");
    for (int i = 0; i < input.axes() - 2 && !automatic.equals("NOTSET"); i++) {
      int at = 4 - input.axes() + i;
      long stride = window.strides[at];
      long reach = (window.kernel[at] - 1L) * window.dilations[at] + 1;
      long size = input.size(2 + i);
      long steps = (size + stride - 1) / stride;
      int all = switch (automatic) {
        case "VALID" -> 0;
        case "SAME_UPPER", "SAME_LOWER" ->
            Math.toIntExact(Math.max(0, (steps - 1) * stride + reach - size));
        default -> throw Refusal.of("auto_pad is %s", automatic);
      };
      window.before[at] = automatic.equals("SAME_LOWER") ? (all + 1) / 2 : all / 2;
      window.after[at] = all - window.before[at];
    }
    return window;
  }

  /// The same without padding that is chosen automatically.
  static Window plain(Attributes attributes, NdArray input, int... kernel) {
    int axes = input.axes() - 2;
    if (axes < 1 || axes > 2 || kernel.length != axes) {
      throw Refusal.of("the input is %s and the kernel %s; one or two axes behind samples and"
          + " channels are supported", input, Arrays.toString(kernel));
    }
    var strides = numbers(attributes, "strides", axes, 1, 1);
    var dilations = numbers(attributes, "dilations", axes, 1, 1);
    var pads = numbers(attributes, "pads", 2 * axes, 0, 0);
    return new Window(two(kernel.clone(), 1), two(strides, 1), two(dilations, 1),
        two(Arrays.copyOf(pads, axes), 0), two(Arrays.copyOfRange(pads, axes, 2 * axes), 0));
  }

  private static int[] numbers(Attributes attributes, String name, int count, int otherwise,
      int least) {
    var given = attributes.integers(name);
    var numbers = new int[count];
    Arrays.fill(numbers, otherwise);
    if (given == null) {
      return numbers;
    }
    if (given.size() != count || given.stream().anyMatch(n -> n < least || n > 1 << 24)) {
      throw Refusal.of("%s is %s, expected %d numbers from %d to %d", name, given, count, least,
          1 << 24);
    }
    return given.stream().mapToInt(Long::intValue).toArray();
  }

  private static int[] two(int[] numbers, int first) {
    return numbers.length == 2 ? numbers : new int[] {first, numbers[0]};
  }

  /// How often the kernel fits along an axis.
  int steps(int axis, int size, boolean roundUp) {
    long room =
        (long) size + before[axis] + after[axis] - (kernel[axis] - 1L) * dilations[axis] - 1;
    if (room < 0) {
      throw Refusal.of("a kernel of %d with dilation %d does not fit in %d and a padding of %d",
          kernel[axis], dilations[axis], size, before[axis] + after[axis]);
    }
    long steps = room / strides[axis] + 1;
    if (roundUp && room % strides[axis] != 0
        && steps * strides[axis] < (long) size + before[axis]) {
      steps++;
    }
    return Math.toIntExact(steps);
  }

  /// Whether there is no padding and no dilation.
  boolean isPlain() {
    return before[0] == 0 && before[1] == 0 && after[0] == 0 && after[1] == 0
        && dilations[0] == 1 && dilations[1] == 1;
  }
}
