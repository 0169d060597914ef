/// One training on many machines: how members add their gradients ([Reduction]), with the same bits
/// as one machine.
@NullMarked
package dev.unroll.train.parallel;

import org.jspecify.annotations.NullMarked;
