/// Equations as data: the expressions of a cell, their checks, the graph of one step, the derivative
/// table, the interpreter in `double`, the printers and the parser.
@NullMarked
package dev.unroll.expr;

import org.jspecify.annotations.NullMarked;
