/// Tensors by name in a safetensors file, with a checksum.
@NullMarked
package dev.unroll.format.safetensors;

import org.jspecify.annotations.NullMarked;
