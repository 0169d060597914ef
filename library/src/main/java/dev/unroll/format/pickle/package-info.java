/// Pickles, Python's serialized objects, as values. Nothing in them is executed.
@NullMarked
package dev.unroll.format.pickle;

import org.jspecify.annotations.NullMarked;
