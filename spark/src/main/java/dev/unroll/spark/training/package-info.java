/// One model that is trained on many machines, with the bits of one (`docs/cluster.md`).
@NullMarked
package dev.unroll.spark.training;

import org.jspecify.annotations.NullMarked;
