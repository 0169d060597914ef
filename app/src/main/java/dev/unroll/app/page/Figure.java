package dev.unroll.app.page;

/// A number to see first, and what it is.
///
/// @param label such as `bits per character`
/// @param value as it is shown, `1.913`
public record Figure(String label, String value) {}
