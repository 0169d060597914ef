package dev.unroll.exchange.onnx;

/// What a value of a graph is, and what its axes mean.
///
/// | letter | axis |
/// | --- | --- |
/// | T, B | steps, sequences |
/// | M | steps and sequences in one |
/// | D | the directions of a layer |
/// | L | the directions of all layers, as `h_n` has them |
/// | H, C | features, outputs |
/// | U | one element |
///
/// @param axes their letters in order; empty where they are not known
/// @param layer the number of the layer that it comes from
/// @param directions of that layer
/// @param width the size of the last axis, as the layer puts it out
record ChainValue(Kind kind, String axes, int layer, int directions, long width) {

  /// The kinds of values.
  enum Kind {
    INPUT,
    /// The input, if it is symbols: what has been done to it would change vectors.
    SYMBOLS, VECTORS,
    /// What a layer puts out: all of it, or one of two directions.
    STATES, FORWARD, BACKWARD, PRODUCT, OUTPUT, END,
    /// Of no interest: computed from shapes, or a state at the end.
    ASIDE
  }

  static final ChainValue ASIDE = new ChainValue(Kind.ASIDE, "", -1, 1, 0);
  static final ChainValue INPUT = new ChainValue(Kind.INPUT, "", -1, 1, 0);

  static final ChainValue SYMBOLS = new ChainValue(Kind.SYMBOLS, "", -1, 1, 0);

  static ChainValue vectors(long width) {
    return new ChainValue(Kind.VECTORS, "", -1, 1, width);
  }

  boolean isData() {
    return kind != Kind.ASIDE;
  }

  /// Whether there is a value for each step.
  boolean hasSteps() {
    return axes.contains("T") || axes.contains("M");
  }

  /// Whether two directions lie on an axis of their own.
  boolean isApart() {
    return directions == 2 && axes.contains("D") || axes.contains("L");
  }

  ChainValue of(Kind other) {
    return new ChainValue(other, axes, layer, directions, width);
  }

  ChainValue with(String other) {
    return new ChainValue(kind, other, layer, directions, width);
  }

  /// With another last axis.
  ChainValue ending(Kind other, char last, long size) {
    return new ChainValue(other, axes.substring(0, axes.length() - 1) + last, layer, directions,
        size);
  }

  /// The place of an axis that may be counted from behind; −1 if there is none.
  int place(long axis) {
    long at = axis < 0 ? axis + axes.length() : axis;
    return at < 0 || at >= axes.length() ? -1 : (int) at;
  }
}
