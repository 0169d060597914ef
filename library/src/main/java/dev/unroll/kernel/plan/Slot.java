package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;

/// An operand or result of an instruction.
public sealed interface Slot {

  /// The number of elements; [Size#ONE] is broadcast to the whole row.
  Size size();

  /// A row of a buffer.
  record InBuffer(Place place) implements Slot {
    @Override
    public Size size() {
      return place.size();
    }

    @Override
    public String toString() {
      return place.toString();
    }
  }

  /// Scratch memory that is used while one row is processed.
  record Register(int number, Size size) implements Slot {
    @Override
    public String toString() {
      return "r" + number;
    }
  }

  /// A parameter vector.
  record Parameter(String name, Size size) implements Slot {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A number.
  record Constant(double value) implements Slot {
    @Override
    public Size size() {
      return Size.ONE;
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /// The number of elements of a vector of size `of`.
  record Count(Size of) implements Slot {
    @Override
    public Size size() {
      return Size.ONE;
    }

    @Override
    public String toString() {
      return "#" + of;
    }
  }
}
