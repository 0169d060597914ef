package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;

/// What an instruction reads or writes.
public sealed interface Slot {

  /// The number of elements; [Size#ONE] is used for the whole row.
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

  /// Scratch memory that lives as long as one row is worked on.
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

  /// How many elements a vector of size `of` has.
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
