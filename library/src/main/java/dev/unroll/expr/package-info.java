/// Equations as data: cells, their expressions, and checks.
@NullMarked
package dev.unroll.expr;

import org.jspecify.annotations.NullMarked;
