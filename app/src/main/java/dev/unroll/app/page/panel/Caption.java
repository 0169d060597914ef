package dev.unroll.app.page.panel;

import org.jspecify.annotations.Nullable;

/// The caption above a panel.
///
/// @param title a few words
/// @param read how to read it, one sentence for newcomers to the field; empty for none
/// @param formula the formula of what is drawn, null for none
public record Caption(String title, String read, @Nullable Formula formula) {

  /// A caption without a formula.
  public static Caption of(String title, String read) {
    return new Caption(title, read, null);
  }

  /// The same with a formula, as plain text: `‖∂L_t/∂h_{t−k}‖`.
  public Caption with(String formula) {
    return new Caption(title, read, new Formula(formula, ""));
  }

  /// The same with a formula that links to its explanation.
  public Caption with(String formula, String address) {
    return new Caption(title, read, new Formula(formula, address));
  }
}
