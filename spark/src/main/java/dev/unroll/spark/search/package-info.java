/// Settings that are searched by trials all over a cluster (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark.search;

import org.jspecify.annotations.NullMarked;
