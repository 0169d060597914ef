/// How cells are written: the parser of the notation, and the printers.
@NullMarked
package dev.unroll.expr.text;

import org.jspecify.annotations.NullMarked;
