/// PyTorch: its files, and its names for weights.
@NullMarked
package dev.unroll.exchange.torch;

import org.jspecify.annotations.NullMarked;
