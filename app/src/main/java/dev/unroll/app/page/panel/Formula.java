package dev.unroll.app.page.panel;

/// A formula and the address of its explanation.
///
/// @param text plain, `∂c_t/∂c_{t−1} = f_t + …`
/// @param address of a page, which opens only on request; empty for none
public record Formula(String text, String address) {
  /// @throws IllegalArgumentException if the address is neither empty nor a web address
  public Formula {
    if (!address.isEmpty() && !address.startsWith("https://")) {
      throw new IllegalArgumentException(
          "Formula: the address is '%s', expected one that begins with https://, or none."
              .formatted(address));
    }
  }
}
