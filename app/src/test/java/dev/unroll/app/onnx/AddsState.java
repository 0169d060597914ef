package dev.unroll.app.onnx;

import static dev.unroll.app.onnx.ProtoBytes.field;
import static dev.unroll.app.onnx.ProtoBytes.joined;
import static dev.unroll.app.onnx.ProtoBytes.number;
import static dev.unroll.app.onnx.ProtoBytes.text;

import java.util.List;

/// The bytes of a model `y = x + h`, `hn = x + h` whose axes are called as a test needs it.
final class AddsState {
  private AddsState() {}

  /// @param x a number, a name or `?` for each axis
  /// @param h likewise
  static byte[] model(List<String> x, List<String> h) {
    var graph = joined(add("y"), add("hn"), field(11, value("x", x)), field(11, value("h", h)),
        field(12, joined(text(1, "y"), field(2, field(1, number(1, 1))))),
        field(12, value("hn", h)));
    return joined(number(1, 8), field(7, graph), field(8, number(2, 17)));
  }

  private static byte[] add(String output) {
    return field(1, joined(text(1, "x"), text(1, "h"), text(2, output), text(4, "Add")));
  }

  /// A value of type float32.
  private static byte[] value(String name, List<String> shape) {
    var axes = joined(shape.stream().map(size -> field(1,
        size.equals("?") ? new byte[0]
            : size.matches("\\d+") ? number(1, Integer.parseInt(size)) : text(2, size)))
        .toArray(byte[][]::new));
    return joined(text(1, name), field(2, field(1, joined(number(1, 1), field(2, axes)))));
  }
}
