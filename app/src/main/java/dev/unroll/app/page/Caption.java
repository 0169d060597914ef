package dev.unroll.app.page;

import org.jspecify.annotations.Nullable;

/// What stands above a panel.
///
/// @param title a few words
/// @param read how to read it, one sentence that someone new to the field understands; empty for none
/// @param formula what is drawn, null for none
public record Caption(String title, String read, @Nullable Formula formula) {

  /// One without a formula.
  public static Caption of(String title, String read) {
    return new Caption(title, read, null);
  }

  /// With a formula, as plain text: `‖∂L_t/∂h_{t−k}‖`.
  public Caption with(String formula) {
    return new Caption(title, read, new Formula(formula, ""));
  }

  /// With a formula that links to where it is explained.
  public Caption with(String formula, String address) {
    return new Caption(title, read, new Formula(formula, address));
  }
}
