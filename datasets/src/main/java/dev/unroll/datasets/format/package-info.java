/// Files that are not text as tables and matrices, and texts as bytes: MATLAB, Parquet, gzip.
@NullMarked
package dev.unroll.datasets.format;

import org.jspecify.annotations.NullMarked;
