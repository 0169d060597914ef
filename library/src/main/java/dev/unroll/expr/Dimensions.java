package dev.unroll.expr;

import java.util.List;
import java.util.Map;

/// The number of elements of each symbolic size.
public record Dimensions(Map<String, Integer> elements) {

  /// Copies its map.
  public Dimensions {
    elements = Map.copyOf(elements);
    elements.forEach((name, n) -> {
      if (n < 1) {
        throw new IllegalArgumentException(
            "size %s is %d, expected at least 1".formatted(name, n));
      }
    });
  }

  /// `F` inputs and `H` hidden units.
  public static Dimensions of(int inputs, int hidden) {
    return new Dimensions(Map.of(Size.INPUT.name(), inputs, Size.HIDDEN.name(), hidden));
  }

  /// The number of elements of several sizes together.
  public int of(List<Size> sizes) {
    return sizes.stream().mapToInt(this::of).sum();
  }

  /// The number of elements of a size.
  public int of(Size size) {
    if (size.equals(Size.ONE)) {
      return 1;
    }
    var n = elements.get(size.name());
    if (n == null) {
      throw new IllegalArgumentException("size %s is not given; known are %s"
          .formatted(size, elements));
    }
    return n;
  }
}
