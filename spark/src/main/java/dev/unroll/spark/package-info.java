/// Recurrent networks on Spark: tables that are scored, a model for each key, and one model that is
/// trained on many machines (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark;

import org.jspecify.annotations.NullMarked;
