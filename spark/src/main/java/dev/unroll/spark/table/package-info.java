/// Tables of sequences or texts that get answers: as a plain call, or as a stage of an ML pipeline
/// (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark.table;

import org.jspecify.annotations.NullMarked;
