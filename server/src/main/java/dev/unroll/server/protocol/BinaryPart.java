package dev.unroll.server.protocol;

/// The binary data behind the JSON of a body, which belongs to the inputs in their order.
final class BinaryPart {
  private final byte[] body;
  private final int begin;
  private int next;

  /// @param begin where it begins: the length of the JSON
  BinaryPart(byte[] body, int begin) {
    this.body = body;
    this.begin = begin;
    next = begin;
  }

  /// The elements of the next input.
  ///
  /// @param size its parameter `binary_data_size`
  Object read(String name, Datatype datatype, Object size) {
    if (!(size instanceof Long bytes) || bytes < 0) {
      throw RefusedException.invalid(
          "binary_data_size of the input %s is %s, expected a number of bytes", Shown.of(name),
          Shown.value(size));
    }
    if (bytes > body.length - next) {
      throw RefusedException.invalid(
          "the input %s has %d bytes of binary data, but the body has %d behind the JSON; is the"
              + " header Inference-Header-Content-Length the length of the JSON?",
          Shown.of(name), bytes, body.length - begin);
    }
    int from = next;
    next += bytes.intValue();
    return BinaryElements.read(body, from, bytes.intValue(), name, datatype);
  }

  /// Requires that nothing is left.
  void requireEnd() {
    if (next != body.length) {
      throw RefusedException.invalid("the body has %d bytes of binary data, but the inputs say %d",
          body.length - begin, next - begin);
    }
  }
}
