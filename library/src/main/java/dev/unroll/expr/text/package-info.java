/// The notation of cells: its parser and printers.
@NullMarked
package dev.unroll.expr.text;

import org.jspecify.annotations.NullMarked;
