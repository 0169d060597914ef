/// Equations as data: a cell, the expressions that it is made of, and their checks.
@NullMarked
package dev.unroll.expr;

import org.jspecify.annotations.NullMarked;
