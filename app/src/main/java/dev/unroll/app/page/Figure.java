package dev.unroll.app.page;

/// A key figure with its label.
///
/// @param label such as `bits per character`
/// @param value as it is shown, `1.913`
public record Figure(String label, String value) {}
