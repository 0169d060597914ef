package dev.unroll.expr;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sizes in unification: those that must be equal form a class, and a class may get a name
/// (union-find). A size is a number, or [#ONE].
final class SizeClasses {
  /// One number for each row: it combines with every size and is in no class.
  static final int ONE = -1;

  private final List<Integer> parents = new ArrayList<>();
  private final List<@Nullable String> names = new ArrayList<>();

  /// A new size, with a name or without.
  int fresh(@Nullable String name) {
    parents.add(parents.size());
    names.add(name);
    return parents.size() - 1;
  }

  /// Whether both have different names, so that they cannot be equal.
  boolean differ(int a, int b) {
    if (a == ONE || b == ONE) {
      return false;
    }
    var left = name(a);
    var right = name(b);
    return left != null && right != null && !left.equals(right);
  }

  /// Makes two sizes that do not [#differ] equal; returns their common size.
  int unify(int a, int b) {
    if (a == ONE || b == ONE) {
      return Math.max(a, b);
    }
    int left = root(a);
    int right = root(b);
    if (left != right) {
      var name = names.get(left) != null ? names.get(left) : names.get(right);
      parents.set(right, left);
      names.set(left, name);
    }
    return left;
  }

  /// The name of a size other than [#ONE], if it has one.
  @Nullable
  String name(int size) {
    return names.get(root(size));
  }

  /// Names a size other than [#ONE].
  void name(int size, String name) {
    names.set(root(size), name);
  }

  /// The result for a size: without a name it is the hidden size.
  Size known(int size) {
    if (size == ONE) {
      return Size.ONE;
    }
    var name = name(size);
    return name == null ? Size.HIDDEN : new Size(name);
  }

  private int root(int size) {
    while (parents.get(size) != size) {
      size = parents.get(size);
    }
    return size;
  }
}
