/// Readers of data files, and the small data sets that ship with the library.
@NullMarked
package dev.unroll.datasets;

import org.jspecify.annotations.NullMarked;
