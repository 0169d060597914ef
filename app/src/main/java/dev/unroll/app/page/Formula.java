package dev.unroll.app.page;

/// A formula and where it is explained.
///
/// @param text plain, `∂c_t/∂c_{t−1} = f_t + …`
/// @param address of a page, which opens when it is asked for and never by itself; empty for none
public record Formula(String text, String address) {
  /// @throws IllegalArgumentException if the address is neither empty nor of the web
  public Formula {
    if (!address.isEmpty() && !address.startsWith("https://")) {
      throw new IllegalArgumentException(
          "Formula: the address is '%s', expected one that begins with https://, or none."
              .formatted(address));
    }
  }
}
