/// Layers without states: products, and vectors of symbols.
@NullMarked
package dev.unroll.layer.stateless;

import org.jspecify.annotations.NullMarked;
