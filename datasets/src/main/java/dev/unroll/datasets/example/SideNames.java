package dev.unroll.datasets.example;

import org.jspecify.annotations.Nullable;

/// The columns or fields of a user's file that have the two sides of the examples, and the groups.
///
/// @param input of the inputs; null for `input`
/// @param target of the targets; null for `target`
/// @param group of the groups that must not be divided; null for none
public record SideNames(@Nullable String input, @Nullable String target, @Nullable String group) {
  /// `input` and `target`, and no groups.
  public static final SideNames DEFAULT = new SideNames(null, null, null);

  @Nullable
  String of(Side side) {
    return side == Side.INPUT ? input : target;
  }
}
