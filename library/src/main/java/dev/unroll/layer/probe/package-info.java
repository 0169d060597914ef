/// Probes of running layers: every value and gradient at every step.
@NullMarked
package dev.unroll.layer.probe;

import org.jspecify.annotations.NullMarked;
