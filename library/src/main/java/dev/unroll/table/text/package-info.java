/// The characters and lines of files.
@NullMarked
package dev.unroll.table.text;

import org.jspecify.annotations.NullMarked;
