package dev.unroll.exchange.network;

/// The output layer `y = V h + c`.
///
/// @param name of the layer in its checkpoint
/// @param tied whether V is the table of the symbols' vectors
public record DenseWeights(String name, Weight v, Weight c, boolean tied) {}
