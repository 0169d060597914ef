/// The parts of the structures: input, layers and output.
@NullMarked
package dev.unroll.model.part;

import org.jspecify.annotations.NullMarked;
