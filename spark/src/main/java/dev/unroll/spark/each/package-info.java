/// A model for each key of a table (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark.each;

import org.jspecify.annotations.NullMarked;
