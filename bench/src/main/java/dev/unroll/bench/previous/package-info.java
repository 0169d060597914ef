/// Designs that were beaten, with what beat them and by how much, so that they can be measured again
/// on other machines. Nothing else uses them.
@NullMarked
package dev.unroll.bench.previous;

import org.jspecify.annotations.NullMarked;
